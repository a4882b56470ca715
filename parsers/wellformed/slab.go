package wellformed

// slab hands out zero values that lie in a few large pieces of memory, and takes all
// of them back at once.
type slab[T any] struct {
	pieces [][]T
	piece  int // that is being handed out
	used   int // of it
}

// pieceSize is about what a small page needs.
const pieceSize = 512

// next is a zero value.
func (s *slab[T]) next() *T { return &s.take(1)[0] }

// take gives n zero values that lie beside each other, at most pieceSize.
func (s *slab[T]) take(n int) []T {
	if s.piece < len(s.pieces) && s.used+n > pieceSize {
		s.piece, s.used = s.piece+1, 0
	}
	if s.piece == len(s.pieces) {
		s.pieces = append(s.pieces, make([]T, pieceSize))
	}
	taken := s.pieces[s.piece][s.used : s.used+n : s.used+n]
	s.used += n
	return taken
}

// clear takes everything back.
func (s *slab[T]) clear() {
	for i := range s.piece {
		clear(s.pieces[i])
	}
	if s.piece < len(s.pieces) {
		clear(s.pieces[s.piece][:s.used])
	}
	s.piece, s.used = 0, 0
}
