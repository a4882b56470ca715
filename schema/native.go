package schema

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
)

// This file writes rows in ClickHouse's format Native: a block of columns, each with
// its name, its type and its cells, which is what the engine holds in memory. The
// driver writes it too, but copies every cell three times on the way and boxes those
// of LowCardinality: that took longer than the engine takes to store them.

// writeBlocks writes rows as blocks of so many rows. The columns are those of
// fieldsOf(T), with the types that the table gives them. The same rows give the same
// bytes.
func writeBlocks[T any](w io.Writer, columns []clickhouse.ColumnNameAndType, rows []T, size int) (err error) {
	b := newBlockWriter(w)
	defer func() { err = errors.Join(err, b.close()) }()
	row := reflect.TypeFor[T]()
	fields := fieldsOf(row)
	for rows := range slices.Chunk(rows, size) {
		b.uvarint(len(columns))
		b.uvarint(len(rows))
		for i, f := range fields {
			b.string(columns[i].Name)
			b.string(columns[i].Type)
			first := unsafe.Add(unsafe.Pointer(unsafe.SliceData(rows)), offset(row, f.Index))
			if !b.column(columns[i].Type, f.Type, cells{first, row.Size(), len(rows)}) {
				return fmt.Errorf("column %s is a %s, which is not made from a %s", columns[i].Name, columns[i].Type, f.Type)
			}
		}
	}
	return nil
}

// cells are one field of all rows. It is found by its place: reflection would take
// longer to reach a cell than the cell takes to be written.
type cells struct {
	first unsafe.Pointer
	size  uintptr // of a row
	n     int
}

// offset is the place of a field in a row, of one in a struct that the row embeds, too.
func offset(row reflect.Type, index []int) (n uintptr) {
	for _, i := range index {
		f := row.Field(i)
		n, row = n+f.Offset, f.Type
	}
	return n
}

func (c cells) pointer(i int) unsafe.Pointer { return unsafe.Add(c.first, uintptr(i)*c.size) }

// valuesOf gives the cells of a field whose type is V, or has V as its underlying type.
func valuesOf[V any](c cells) iter.Seq[V] {
	return func(yield func(V) bool) {
		for i := range c.n {
			if !yield(*(*V)(c.pointer(i))) {
				return
			}
		}
	}
}

// elementsOf gives the elements of the cells of a field of type []V, one after another.
func elementsOf[V any](c cells) iter.Seq[V] {
	return func(yield func(V) bool) {
		for i := range c.n {
			for _, v := range *(*[]V)(c.pointer(i)) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

// blockBuffer is how many bytes are written at a time.
const blockBuffer = 128 << 10

// blockWriter writes to w in a second goroutine, a buffer at a time.
type blockWriter struct {
	buf  []byte
	full chan []byte // to w
	free chan []byte // written, to be filled again
	done chan error
	keys []uint32
}

func newBlockWriter(w io.Writer) *blockWriter {
	const room = blockBuffer + blockBuffer/8 // most strings that do not fit
	b := &blockWriter{buf: make([]byte, 0, room), full: make(chan []byte), free: make(chan []byte, 2), done: make(chan error, 1)}
	b.free <- make([]byte, 0, room)
	go func() {
		var err error // the first
		for p := range b.full {
			if err == nil {
				_, err = w.Write(p)
			}
			b.free <- p[:0]
		}
		b.done <- err
	}()
	return b
}

func (b *blockWriter) flush() {
	b.full <- b.buf
	b.buf = <-b.free
}

// close writes what is left, and tells what went wrong on the way.
func (b *blockWriter) close() error {
	b.full <- b.buf
	close(b.full)
	return <-b.done
}

// took is called after each addition to buf.
func (b *blockWriter) took() {
	if len(b.buf) >= blockBuffer {
		b.flush()
	}
}

func (b *blockWriter) uvarint(n int) { b.buf = binary.AppendUvarint(b.buf, uint64(n)) }

func (b *blockWriter) string(s string) {
	b.buf = append(binary.AppendUvarint(b.buf, uint64(len(s))), s...)
	b.took()
}

func (b *blockWriter) uint64(n uint64) {
	b.buf = binary.LittleEndian.AppendUint64(b.buf, n)
	b.took()
}

// column writes the cells of a column of some type from fields of some type. It
// tells whether the one can be made from the other.
func (b *blockWriter) column(kind string, field reflect.Type, c cells) bool {
	if strings.Contains(kind, "LowCardinality(") {
		b.uint64(1) // version of its form; it stands before the sizes of an Array or Map
	}
	if field.Kind() == reflect.String {
		return b.strings(kind, valuesOf[string](c))
	}
	switch field {
	case reflect.TypeFor[[]string]():
		return writeArray(b, kind, c, b.strings)
	case reflect.TypeFor[map[string]uint32]():
		return b.counts(kind, c)
	case reflect.TypeFor[time.Time]():
		return b.times(kind, valuesOf[time.Time](c))
	case reflect.TypeFor[[]time.Time]():
		return writeArray(b, kind, c, b.times)
	case reflect.TypeFor[bool]():
		return b.bools(kind, valuesOf[bool](c))
	case reflect.TypeFor[[]bool]():
		return writeArray(b, kind, c, b.bools)
	case reflect.TypeFor[[]float32]():
		return writeArray(b, kind, c, b.float32s)
	case reflect.TypeFor[float64]():
		return writeNumbers(b, kind, "Float64", valuesOf[float64](c), func(to []byte, v float64) []byte {
			return binary.LittleEndian.AppendUint64(to, math.Float64bits(v))
		})
	case reflect.TypeFor[uint8]():
		return writeNumbers(b, kind, "UInt8", valuesOf[uint8](c), func(to []byte, v uint8) []byte { return append(to, v) })
	case reflect.TypeFor[uint16]():
		return writeNumbers(b, kind, "UInt16", valuesOf[uint16](c), binary.LittleEndian.AppendUint16)
	case reflect.TypeFor[uint32]():
		return writeNumbers(b, kind, "UInt32", valuesOf[uint32](c), binary.LittleEndian.AppendUint32)
	case reflect.TypeFor[uint64]():
		return writeNumbers(b, kind, "UInt64", valuesOf[uint64](c), binary.LittleEndian.AppendUint64)
	case reflect.TypeFor[int32]():
		return writeNumbers(b, kind, "Int32", valuesOf[int32](c), func(to []byte, v int32) []byte {
			return binary.LittleEndian.AppendUint32(to, uint32(v))
		})
	default:
		return false
	}
}

func writeNumbers[V any](b *blockWriter, kind, want string, values iter.Seq[V], put func([]byte, V) []byte) bool {
	if kind != want {
		return false
	}
	for v := range values {
		b.buf = put(b.buf, v)
		b.took()
	}
	return true
}

func (b *blockWriter) float32s(kind string, values iter.Seq[float32]) bool {
	return writeNumbers(b, kind, "Float32", values, func(to []byte, v float32) []byte {
		return binary.LittleEndian.AppendUint32(to, math.Float32bits(v))
	})
}

func (b *blockWriter) bools(kind string, values iter.Seq[bool]) bool {
	return writeNumbers(b, kind, "Bool", values, func(to []byte, v bool) []byte {
		if v {
			return append(to, 1)
		}
		return append(to, 0)
	})
}

// times writes moments; that of no moment is the epoch, as the tables have it.
func (b *blockWriter) times(kind string, values iter.Seq[time.Time]) bool {
	if kind == "Date" {
		return writeNumbers(b, kind, kind, values, func(to []byte, t time.Time) []byte {
			return binary.LittleEndian.AppendUint16(to, uint16(proto.ToDate(t)))
		})
	}
	return writeNumbers(b, kind, "DateTime64(3, 'UTC')", values, func(to []byte, t time.Time) []byte {
		if t.IsZero() {
			return binary.LittleEndian.AppendUint64(to, 0)
		}
		return binary.LittleEndian.AppendUint64(to, uint64(t.UnixMilli()))
	})
}

func (b *blockWriter) strings(kind string, values iter.Seq[string]) bool {
	switch kind {
	case "String":
		for v := range values {
			b.string(v)
		}
	case "LowCardinality(String)":
		b.lowCardinality(values)
	default:
		return false
	}
	return true
}

// writeArray writes where each cell's elements end, and then the elements.
func writeArray[V any](b *blockWriter, kind string, c cells, elements func(kind string, values iter.Seq[V]) bool) bool {
	element, ok := strings.CutPrefix(kind, "Array(")
	if !ok {
		return false
	}
	end := 0
	for i := range c.n {
		end += len(*(*[]V)(c.pointer(i)))
		b.uint64(uint64(end))
	}
	return elements(strings.TrimSuffix(element, ")"), elementsOf[V](c))
}

// counts writes a Map, which is an array of keys and one of values, in the order of
// the keys.
func (b *blockWriter) counts(kind string, c cells) bool {
	if kind != "Map(LowCardinality(String), UInt32)" {
		return false
	}
	var keys []string
	var values []uint32
	for m := range valuesOf[map[string]uint32](c) {
		begin := len(keys)
		keys = slices.AppendSeq(keys, maps.Keys(m))
		slices.Sort(keys[begin:])
		for _, k := range keys[begin:] {
			values = append(values, m[k])
		}
		b.uint64(uint64(len(keys)))
	}
	b.lowCardinality(slices.Values(keys))
	return writeNumbers(b, "UInt32", "UInt32", slices.Values(values), binary.LittleEndian.AppendUint32)
}

// What stands before the dictionary of a LowCardinality column: it is in the block,
// and replaces none. The low byte is the size of the keys (SerializationLowCardinality.cpp).
const dictionaryInBlock = 1<<9 | 1<<10

// lowCardinality writes a dictionary, whose first entry is the empty string, and for
// each value its place in it.
func (b *blockWriter) lowCardinality(values iter.Seq[string]) {
	dictionary, places := []string{""}, map[string]uint32{"": 0}
	b.keys = b.keys[:0]
	var last string
	var place uint32
	for v := range values {
		if v != last { // most are as the one before
			var ok bool
			if place, ok = places[v]; !ok {
				place = uint32(len(dictionary))
				places[v] = place
				dictionary = append(dictionary, v)
			}
			last = v
		}
		b.keys = append(b.keys, place)
	}
	if len(b.keys) == 0 {
		return // not even a dictionary
	}
	size, put := uint64(0), func(to []byte, k uint32) []byte { return append(to, byte(k)) }
	switch n := len(dictionary); {
	case n > math.MaxUint16+1:
		size, put = 2, binary.LittleEndian.AppendUint32
	case n > math.MaxUint8+1:
		size, put = 1, func(to []byte, k uint32) []byte { return binary.LittleEndian.AppendUint16(to, uint16(k)) }
	}
	b.uint64(dictionaryInBlock | size)
	b.uint64(uint64(len(dictionary)))
	for _, v := range dictionary {
		b.string(v)
	}
	b.uint64(uint64(len(b.keys)))
	for _, k := range b.keys {
		b.buf = put(b.buf, k)
		b.took()
	}
}
