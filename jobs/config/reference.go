package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
)

// Setting is one key of the file.
type Setting struct {
	Path    string // jobs.crawl.cron
	Type    string // text, list, number, duration, true or false; "" for a group of keys
	Default string // as the file would have it; "" for empty
	Value   any    // as flags take it: text, []any, int64, bool; nil for empty text and lists
	Flag    string // without dashes; "" for none
	Meaning string
}

// Env is the environment variable of a setting, "" for none.
func (s Setting) Env() string {
	if s.Flag == "" {
		return ""
	}
	return "QULAQ_" + strings.ToUpper(strings.ReplaceAll(s.Flag, "-", "_"))
}

// Settings lists all keys with the values of f as defaults, in the order of the
// types.
func (f File) Settings() []Setting { return settings(reflect.ValueOf(f), "") }

func list(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

func settings(v reflect.Value, prefix string) []Setting {
	var all []Setting
	for i := range v.NumField() {
		field := v.Type().Field(i)
		s := Setting{Path: prefix + key(field), Flag: field.Tag.Get("flag"), Meaning: field.Tag.Get("jsonschema")}
		switch value := v.Field(i).Interface().(type) {
		case Duration:
			s.Type, s.Default, s.Value = "duration", value.String(), time.Duration(value).String()
		case string:
			s.Type, s.Default = "text", value
			if value != "" {
				s.Value = value
			}
		case []string:
			s.Type, s.Default = "list", strings.Join(value, ", ")
			if len(value) > 0 {
				s.Value = list(value)
			}
		case int:
			s.Type, s.Default, s.Value = "number", fmt.Sprint(value), int64(value)
		case bool:
			s.Type, s.Default, s.Value = "true or false", fmt.Sprint(value), value
		default:
			all = append(all, s)
			all = append(all, settings(v.Field(i), s.Path+".")...)
			continue
		}
		all = append(all, s)
	}
	return all
}

// Reference is docs/configuration.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Configuration

Generated from the types of package jobs/config; do not edit.

One file, qulaq.yaml, read by every command: the one that --config or QULAQ_CONFIG names,
else the one in the working directory, if there is one. A flag wins over an environment
variable, that over the file, the file over the default. The file is strict: an unknown
key, a duplicate or a value that cannot be followed is refused with line and column.
` + "`qulaq config check`" + ` checks a file, ` + "`qulaq config show`" + ` prints what holds, and
` + "`qulaq config schema`" + ` prints a JSON Schema, by which editors complete and check.

Durations are 90d, 36h, 15m or 1h30m. On SIGHUP, ` + "`qulaq serve`" + ` reads the file again; what
cannot be followed is refused, and the old configuration stays. Jobs, budget, retention
and the registry change at once, all else with a restart.

` + "```yaml" + `
# yaml-language-server: $schema=docs/qulaq.schema.json
data: /var/lib/qulaq
contact: https://example.org/about-our-crawler
archive:
  recipients: [/etc/qulaq/recipients.txt]
backup:
  dir: /var/backups/qulaq
jobs:
  backup: {cron: 45 1 * * *}
` + "```" + `
`)
	table := func(title string, list []Setting) {
		fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | flag, variable | meaning |\n|---|---|---|---|---|\n", title)
		for _, s := range list {
			flag, value := "", ""
			if s.Flag != "" {
				flag = "`--" + s.Flag + "`, `" + s.Env() + "`"
			}
			if s.Default != "" {
				value = "`" + s.Default + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Path, s.Type, value, flag, s.Meaning)
		}
	}
	all := Default().Settings()
	var top []Setting
	groups := map[string][]Setting{}
	for _, s := range all {
		if group, _, nested := strings.Cut(s.Path, "."); s.Type == "" {
			continue
		} else if nested {
			groups[group] = append(groups[group], s)
		} else {
			top = append(top, s)
		}
	}
	table("The whole", top)
	for _, s := range all {
		if list := groups[s.Path]; list != nil {
			table(strings.ToUpper(s.Path[:1])+s.Path[1:], list)
		}
	}
	return b.String()
}

// Schema is docs/qulaq.schema.json: a JSON Schema (2020-12) of the file.
func Schema() ([]byte, error) {
	duration := &jsonschema.Schema{Type: "string", Pattern: `^([0-9]+d|([0-9]+(\.[0-9]+)?(h|m|s))+|0)$`}
	s, err := jsonschema.For[File](&jsonschema.ForOptions{TypeSchemas: map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[Duration](): duration,
	}})
	if err != nil {
		return nil, fmt.Errorf("config: schema: %w", err)
	}
	s.Title = "qulaq.yaml"
	refine(s, reflect.ValueOf(Default()))
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("config: schema: %w", err)
	}
	return append(text, '\n'), nil
}

// refine adds what Go types do not say: defaults and enumerations. No key is
// required.
func refine(s *jsonschema.Schema, v reflect.Value) {
	s.Required = nil
	for i := range v.NumField() {
		field := v.Type().Field(i)
		property := s.Properties[key(field)]
		if field.Type.Kind() == reflect.Struct {
			refine(property, v.Field(i))
			continue
		}
		if field.Type.Kind() == reflect.Slice {
			property.Type, property.Types = "array", nil // not also null
		}
		if values := field.Tag.Get("enum"); values != "" {
			for value := range strings.SplitSeq(values, ",") {
				property.Enum = append(property.Enum, value)
			}
		}
		if !v.Field(i).IsZero() {
			// Values of these types always have a JSON form.
			property.Default, _ = json.Marshal(v.Field(i).Interface())
		}
	}
}
