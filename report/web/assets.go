package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
)

// asset is a file of the site. Its address has its hash, so that browsers keep it for
// good.
type asset struct {
	path string
	kind string
	body []byte
}

func loadAssets(files fs.FS) (map[string]asset, error) {
	names, err := fs.Glob(files, "assets/*")
	if err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	assets := map[string]asset{}
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("web: assets: %w", err)
		}
		sum := sha256.Sum256(body)
		base, ext := strings.TrimSuffix(path.Base(name), path.Ext(name)), path.Ext(name)
		assets[path.Base(name)] = asset{
			path: "/assets/" + base + "." + hex.EncodeToString(sum[:6]) + ext,
			kind: mime.TypeByExtension(ext), body: body,
		}
	}
	return assets, nil
}

func (s *Site) serveAsset(w http.ResponseWriter, r *http.Request) {
	for _, a := range s.assets {
		if a.path == r.URL.Path {
			w.Header().Set("Content-Type", a.kind)
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			if err := s.send(w, r, http.StatusOK, a.body); err != nil {
				s.Log.Error("web: send asset", slog.String("url", r.URL.Path), slog.Any("err", err))
			}
			return
		}
	}
	http.NotFound(w, r)
}
