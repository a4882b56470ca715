//go:build long

package archive

const kills = 200
