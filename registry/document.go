package registry

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// document is a YAML file that is being read. It knows where each value stands,
// so that a rule that is broken long after decoding can still point to its line.
type document struct {
	text
	at       map[string]token.Position // by path, such as sources[0].url
	problems Problems
	opaque   map[string]ast.Node // values whose type the caller knows, by path; see selectors.go
}

// parseYAML decodes a file into v, a pointer to a struct or to a slice of
// structs. The YAML library refuses what is not YAML; the shape is compared with
// the type of v here, because the library stops at the first mistake and speaks
// of Go types. v is set only when there are no problems.
func parseYAML(file string, src []byte, v any) *document {
	src = bytes.TrimPrefix(src, []byte("\ufeff")) // Some editors begin a file with a byte order mark.
	d := &document{text: newText(file, src), at: map[string]token.Position{}, opaque: map[string]ast.Node{}}
	tree, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		d.syntax(err)
		return d
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		d.problems = Problems{d.problem(1, 1, "the file is empty: fill it or remove it")}
		return d
	}
	if len(tree.Docs) > 1 {
		p := token.Position{Line: 1, Column: 1}
		if start := tree.Docs[1].Start; start != nil { // Absent when "..." ends the first.
			p = *start.Position
		}
		d.problems = append(d.problems, d.problem(p.Line, p.Column, "a second document begins here: a file holds one, move this one to a file of its own"))
	}
	d.decode(tree.Docs[0].Body, v, "")
	return d
}

// decode fills v from the node at a path, unless that is not of its shape.
func (d *document) decode(node ast.Node, v any, path string) {
	d.walk(node, reflect.TypeOf(v).Elem(), path)
	if len(d.problems) > 0 {
		return
	}
	if err := yaml.NodeToValue(node, v); err != nil {
		d.syntax(err)
	}
}

// complain adds a problem at the value of a path or, when it is absent, at the
// nearest thing around it that is there.
func (d *document) complain(path, format string, args ...any) {
	pos, ok := d.at[path]
	for !ok && path != "" {
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
		pos, ok = d.at[path]
	}
	if !ok {
		pos = token.Position{Line: 1, Column: 1}
	}
	d.problems = append(d.problems, d.problem(pos.Line, pos.Column, format, args...))
}

func (d *document) syntax(err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		d.problems = append(d.problems, Problem{File: d.file, Reason: "not readable as YAML: " + err.Error()})
		return
	}
	p := e.GetToken().Position
	d.problems = append(d.problems, d.problem(p.Line, p.Column, "not readable as YAML: %s", e.GetMessage()))
}

// walk compares a node with the type that it is to fill and notes its place.
func (d *document) walk(node ast.Node, typ reflect.Type, path string) {
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if _, ok := d.at[path]; !ok {
		d.at[path] = *firstToken(node).Position
	}
	switch typ.Kind() {
	case reflect.Struct:
		d.walkStruct(node, typ, path)
	case reflect.Slice:
		seq, ok := node.(*ast.SequenceNode)
		if !ok {
			d.wrongType(node, path, "a list: begin each entry with a dash")
			return
		}
		for i, n := range seq.Values {
			d.walk(n, typ.Elem(), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.String:
		switch node.(type) {
		case *ast.StringNode, *ast.LiteralNode:
		case *ast.MappingNode, *ast.SequenceNode:
			d.wrongType(node, path, "text, a single value")
		default:
			d.wrongType(node, path, "text: put it in quotes")
		}
	case reflect.Int:
		if _, ok := node.(*ast.IntegerNode); !ok {
			d.wrongType(node, path, "a whole number")
		}
	case reflect.Bool:
		if _, ok := node.(*ast.BoolNode); !ok {
			d.wrongType(node, path, "true or false")
		}
	case reflect.Interface:
		d.opaque[path] = node
	default:
		panic("registry: no YAML for " + typ.String()) // Unreachable without a new kind of field in this package.
	}
}

func (d *document) walkStruct(node ast.Node, typ reflect.Type, path string) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		d.wrongType(node, path, "a set of keys: "+strings.Join(keys(typ), ", "))
		return
	}
	first := map[string]int{} // line of each key
	for pairs := mapping.MapRange(); pairs.Next(); {
		pos := firstToken(pairs.Key()).Position
		key := firstToken(pairs.Key()).Value
		below := strings.TrimPrefix(path+"."+key, ".")
		field, known := fieldOf(typ, key)
		switch line, twice := first[key]; {
		case !known:
			d.problems = append(d.problems, d.problem(pos.Line, pos.Column, "unknown key %q: the keys here are %s", key, strings.Join(keys(typ), ", ")))
			continue
		case twice:
			d.problems = append(d.problems, d.problem(pos.Line, pos.Column, "key %q is already in line %d: keep one of the two", key, line))
			continue
		}
		first[key] = pos.Line
		if k := field.Kind(); k == reflect.Slice || k == reflect.Struct || k == reflect.Pointer || k == reflect.Interface {
			d.at[below] = *pos
		}
		d.walk(pairs.Value(), field, below)
	}
}

func (d *document) wrongType(node ast.Node, path, want string) {
	pos := firstToken(node).Position
	name := strings.TrimPrefix(path[strings.LastIndex(path, ".")+1:], ".")
	if name == "" {
		name = "the file"
	}
	reason := fmt.Sprintf("%s must be %s", name, want)
	switch node.(type) {
	case *ast.NullNode:
		reason = name + " has no value: give one or leave the key out"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		reason = "anchors, aliases and tags are not used here: write the value out"
	}
	d.problems = append(d.problems, d.problem(pos.Line, pos.Column, "%s", reason))
}

// firstToken gives the token with which a node begins. The library's own answer
// for a mapping is its first colon.
func firstToken(node ast.Node) *token.Token {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return firstToken(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return firstToken(n.Key)
	case *ast.MappingKeyNode:
		if n.Value != nil {
			return firstToken(n.Value)
		}
	}
	return node.GetToken()
}

// keyOf gives the YAML key of a field, "-" for one that files do not have.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}

// keys lists the YAML keys of a struct in the order of its fields.
func keys(typ reflect.Type) []string {
	var out []string
	for i := range typ.NumField() {
		switch f := typ.Field(i); {
		case f.Anonymous:
			out = append(out, keys(f.Type)...) // yaml:",inline"
		case keyOf(f) != "-":
			out = append(out, keyOf(f))
		}
	}
	return out
}

func keysOf[T any]() []string { return keys(reflect.TypeFor[T]()) }

func fieldOf(typ reflect.Type, key string) (reflect.Type, bool) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			if of, ok := fieldOf(f.Type, key); ok {
				return of, true
			}
		} else if key != "-" && keyOf(f) == key {
			return f.Type, true
		}
	}
	return nil, false
}
