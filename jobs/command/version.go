package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version prints the version.
type Version struct{}

// Run prints it.
func (Version) Run(s Streams) error {
	_, err := fmt.Fprintf(s.Out, "qulaq %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// release is set by the linker when a release is built:
// go build -ldflags "-X qulaq/jobs/command.release=v1.0.0".
var release string

// version is the release, or else the revision that the program was built from.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
