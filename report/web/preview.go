package web

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"

	"qulaq/report"
)

// Pictures for previews show the intervals of the ranking and no text: what they are
// of stands in the title that is shown beside them, in the reader's language, and no
// font has to be shipped for Kazakh.
const (
	previewWidth, previewHeight = 1200, 630
	previewMargin               = 70
	previewRows                 = 16
)

var (
	previewPaper = color.RGBA{0xfb, 0xfa, 0xf7, 0xff}
	previewGrid  = color.RGBA{0xd5, 0xd3, 0xcb, 0xff}
	previewInk   = color.RGBA{0x1d, 0x35, 0x57, 0xff}
	previewPale  = color.RGBA{0x9f, 0xb0, 0xc7, 0xff}
)

// preview is the picture of the site: the intervals of the first bodies.
func (r *request) preview() (response, error) { return r.drawPreview("") }

// bodyPreview is the picture of a body: its intervals among its peers'.
func (r *request) bodyPreview() (response, error) {
	b, err := r.thisBody()
	if err != nil {
		return nil, err
	}
	return r.drawPreview(b.ID)
}

func (r *request) drawPreview(marked string) (response, error) {
	ranking, err := r.ranking()
	if err != nil {
		return nil, err
	}
	ranking = r.chosen(ranking)
	if b, ok := r.site.Index.Body(marked); ok {
		ranking = slices.DeleteFunc(ranking, func(s report.Standing) bool { return s.Level != b.Level })
	}
	if at := slices.IndexFunc(ranking, func(s report.Standing) bool { return s.BodyID == marked }); at >= previewRows {
		ranking = ranking[at-previewRows+1:]
	}
	ranking = ranking[:min(len(ranking), previewRows)]
	img := image.NewRGBA(image.Rect(0, 0, previewWidth, previewHeight))
	fill(img, img.Bounds(), previewPaper)
	x := func(share float64) int { return previewMargin + int(share*(previewWidth-2*previewMargin)) }
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		fill(img, image.Rect(x(share)-1, previewMargin/2, x(share)+1, previewHeight-previewMargin/2), previewGrid)
	}
	for i, s := range ranking {
		n := s.Any.Rates[r.choice.horizon()]
		if _, ok := known(n); !ok {
			continue
		}
		y := previewMargin + (2*i+1)*(previewHeight-2*previewMargin)/(2*len(ranking))
		ink, thick := previewInk, 4
		switch marked {
		case "":
		case s.BodyID:
			thick = 8
		default:
			ink = previewPale
		}
		fill(img, image.Rect(x(n.Limits().Lo), y-thick/2, x(n.Limits().Hi), y+thick/2), ink)
		disc(img, x(n.Value()), y, 2*thick+3, ink)
	}
	var b bytes.Buffer
	err = png.Encode(&b, img)
	return file{"image/png", b.Bytes()}, err
}

func fill(img draw.Image, r image.Rectangle, c color.Color) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// disc draws a filled circle, row by row.
func disc(img draw.Image, x, y, radius int, c color.Color) {
	half := radius
	for dy := 0; dy <= radius; dy++ {
		for half*half+dy*dy > radius*radius {
			half--
		}
		fill(img, image.Rect(x-half, y-dy, x+half+1, y-dy+1), c)
		fill(img, image.Rect(x-half, y+dy, x+half+1, y+dy+1), c)
	}
}
