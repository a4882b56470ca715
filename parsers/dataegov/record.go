package dataegov

import (
	"bytes"
	"encoding/json"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
)

// answer is what the portal sends: records, or a sentence for people.
type answer struct {
	records []record // nil when there is only a sentence
	said    string
}

// record is a record as it stands, by field.
type record map[string]json.RawMessage

// UnmarshalJSON implements [json.Unmarshaler].
func (a *answer) UnmarshalJSON(b []byte) error {
	*a = answer{}
	if bytes.HasPrefix(b, []byte("[")) {
		return json.Unmarshal(b, &a.records)
	}
	var fault struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	if err := json.Unmarshal(b, &fault); err != nil {
		return err
	}
	a.said = strings.Join(strings.Fields(text(fault.Error)+" "+fault.Message), " ")
	return nil
}

// state tells what a sentence in place of records means.
func (a *answer) state() parsers.State {
	said := strings.ToLower(a.said)
	for _, sign := range [...]struct {
		words string
		state parsers.State
	}{
		{"limit", parsers.Throttled},
		{"лимит", parsers.Throttled},
		{"too many", parsers.Throttled},
		{"key", parsers.LoginWall},
		{"ключ", parsers.LoginWall},
		{"forbidden", parsers.LoginWall},
		{"not found", parsers.Gone},
		{"не найден", parsers.Gone},
		{"табылмады", parsers.Gone},
		{"indexmissing", parsers.Gone},
	} {
		if strings.Contains(said, sign.words) {
			return sign.state
		}
	}
	return parsers.Drift
}

// text is a value as text; "" for none.
func text(raw json.RawMessage) string {
	var s string
	if len(raw) > 0 && raw[0] == '"' {
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return strings.TrimSpace(s)
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

func (r record) text(field string) string {
	if field == "" {
		return ""
	}
	return text(r[field])
}

// reader turns records into a result.
type reader struct {
	at    address
	clock stamp.Clock
}

// missing names a field that a record must have and lacks.
func (in reader) missing(r record) string {
	f := in.at.fields
	_, _, timed := in.clock.Read(r.text(f.asked))
	switch {
	case r.text(f.id) == "":
		return "the field " + f.id
	case !timed:
		return "a time in the field " + f.asked
	case r.text(f.question) == "":
		return "a text in the field " + f.question
	}
	return ""
}

// list reads a page of a data set. Its records are threads of their own.
func (in reader) list(records []record, r *parsers.Result) *parsers.Refusal {
	lacks, seen := "", map[string]bool{}
	for _, rec := range records {
		if m := in.missing(rec); m != "" {
			lacks = m
			continue
		}
		at := in.at
		at.record = rec.text(in.at.fields.id)
		if seen[at.record] {
			continue
		}
		seen[at.record] = true
		thread := at.thread()
		thread.Published, _, _ = in.clock.Read(rec.text(in.at.fields.asked)) // was just seen to be there
		r.Found = append(r.Found, thread)
	}
	switch {
	case lacks != "" && len(r.Found) == 0:
		return parsers.Refuse(parsers.Drift, "no record has "+lacks)
	case lacks != "":
		r.State, r.Reason = parsers.Partial, "a record is without "+lacks
	case len(records) == 0:
		r.State, r.Reason = parsers.Empty, "the data set has no records"
	default:
		r.State = parsers.OK
	}
	if len(records) >= in.at.size {
		r.Next = in.at.next()
	}
	return nil
}

// record reads the record that was asked for among those that were found.
func (in reader) record(records []record, r *parsers.Result) *parsers.Refusal {
	if len(records) == 0 {
		return parsers.Refuse(parsers.Gone, "the data set no longer has the record")
	}
	f := in.at.fields
	for _, rec := range records {
		if rec.text(f.id) != in.at.record {
			continue
		}
		if m := in.missing(rec); m != "" {
			return parsers.Refuse(parsers.Drift, "the record is without "+m)
		}
		in.items(rec, r)
		return nil
	}
	return parsers.Refuse(parsers.Drift, "the answer has other records than the one that was asked for")
}

// items reads a question and its answer.
func (in reader) items(rec record, r *parsers.Result) {
	f := in.at.fields
	r.State, r.Addressee = parsers.OK, rec.text(f.body)
	q := parsers.Item{
		ID: r.Thread.ID, Thread: r.Thread.ID,
		Kind: parsers.KindQuestion, Role: parsers.RoleCitizen,
		Outcome: strings.ToLower(rec.text(f.state)),
	}
	q.Published, q.Precision, _ = in.clock.Read(rec.text(f.asked)) // was just seen to be there
	q.Text, q.Quoted = htmlpage.Fragment(rec.text(f.question))
	r.Thread.Published = q.Published
	r.Items = []parsers.Item{q}
	said, _ := htmlpage.Fragment(rec.text(f.answer))
	printed := rec.text(f.answered)
	at, precision, timed := in.clock.Read(printed)
	switch {
	case said == "" && printed == "":
		return
	case printed != "" && !timed:
		r.State, r.Reason = parsers.Partial, "the answer is without a time in the field "+f.answered
		return
	case !timed:
		precision = parsers.PrecisionVisit
	}
	r.Items = append(r.Items, parsers.Item{
		ID: q.ID + "/answer", Thread: q.ID, Parent: q.ID, Nested: true,
		Kind: parsers.KindAnswer, Role: parsers.RoleOfficial,
		Author:    parsers.Author{Name: r.Addressee},
		Published: at, Precision: precision,
		Text: said,
	})
}
