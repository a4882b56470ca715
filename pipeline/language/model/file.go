package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// The form of a stored model, numbers little-endian:
//
//	"qlm1"
//	number of labels (1 byte), each with its length (1 byte)
//	scale, then a bias for each label (float64)
//	a bit for every bucket: whether it has a row
//	the rows, one byte for each label

const magic = "qlm1"

var errTruncated = errors.New("model: truncated")

// AppendBinary appends the stored form of m to b.
func (m *Model) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, magic...)
	b = append(b, byte(len(m.Labels)))
	for _, label := range m.Labels {
		if len(label) > 255 {
			return nil, fmt.Errorf("model: label %q is too long", label)
		}
		b = append(b, byte(len(label)))
		b = append(b, label...)
	}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.scale))
	for _, bias := range m.bias {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(bias))
	}
	present := make([]byte, Buckets/8)
	for bucket, row := range m.rows {
		if row >= 0 {
			present[bucket/8] |= 1 << (bucket % 8)
		}
	}
	b = append(b, present...)
	for _, w := range m.weight {
		b = append(b, byte(w))
	}
	return b, nil
}

// Read reads a model from the front of b and returns what follows it.
func Read(b []byte) (m *Model, rest []byte, err error) {
	if len(b) < len(magic)+1 || string(b[:len(magic)]) != magic {
		return nil, nil, errors.New("model: not a model, or of another version")
	}
	k := int(b[len(magic)])
	b = b[len(magic)+1:]
	if k < 2 || k > 16 {
		return nil, nil, fmt.Errorf("model: %d labels, want 2 to 16", k)
	}
	m = &Model{}
	for range k {
		if len(b) < 1 || len(b) < 1+int(b[0]) {
			return nil, nil, errTruncated
		}
		m.Labels = append(m.Labels, string(b[1:1+b[0]]))
		b = b[1+b[0]:]
	}
	if len(b) < 8*(k+1)+Buckets/8 {
		return nil, nil, errTruncated
	}
	m.scale = math.Float64frombits(binary.LittleEndian.Uint64(b))
	for i := range k {
		m.bias = append(m.bias, math.Float64frombits(binary.LittleEndian.Uint64(b[8*(i+1):])))
	}
	b = b[8*(k+1):]
	present := b[:Buckets/8]
	b = b[Buckets/8:]
	rows := 0
	for _, byt := range present {
		rows += bits.OnesCount8(byt)
	}
	if len(b) < rows*k {
		return nil, nil, errTruncated
	}
	m.weight = make([]int8, rows*k)
	for i := range m.weight {
		m.weight[i] = int8(b[i])
	}
	m.rows = make([]int32, Buckets)
	row := int32(0)
	for bucket := range m.rows {
		m.rows[bucket] = -1
		if present[bucket/8]>>(bucket%8)&1 == 1 {
			m.rows[bucket] = row
			row++
		}
	}
	return m, b[rows*k:], nil
}
