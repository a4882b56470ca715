package archive

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
)

// Report tells in what state an archive is.
type Report struct {
	Segments []SegmentReport
	Missing  []string // segments that were begun, because a later one of the same run was, and are not there
	Strays   []string // files that are not part of an archive
}

// OK tells whether everything that was recorded is there and as it was. Strays,
// and the unfinished end of a segment that was not closed, do not matter.
func (r *Report) OK() bool {
	for _, s := range r.Segments {
		if len(s.Problems) > 0 {
			return false
		}
	}
	return len(r.Missing) == 0
}

// SegmentReport tells in what state a segment is.
type SegmentReport struct {
	Segment
	Records   int
	Exchanges int
	Readable  int64 // bytes of whole records, before encryption

	// What lies behind the last whole record: the end that a segment lacks that
	// was not closed, or behind some damage.
	Cut       int64 // bytes of records, decrypted
	Encrypted int64 // bytes of the file that could not be decrypted

	Problems []Problem
}

// Problem is something that is not as it was recorded.
type Problem struct {
	Offset int64  // in the segment, before encryption
	Record string // Record.ID; "" where there is no record
	What   string
}

// Verify reads all of an archive and checks it: that every gzip member holds one
// record of the declared length, digests, that every answer has its request and
// every revisit what it refers to, that segments begin with their warcinfo record
// and none is missing. The error is that of ctx, or that a segment cannot be
// opened at all.
func (r *Reader) Verify(ctx context.Context) (Report, error) {
	report := Report{Strays: r.strays, Missing: r.missing()}
	var failed []error
	for i := range r.segments {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		s, err := r.verify(ctx, &r.segments[i])
		if err != nil {
			failed = append(failed, err)
			continue
		}
		report.Segments = append(report.Segments, s)
	}
	return report, errors.Join(failed...)
}

// missing finds the gaps in the numbers of each run. Old segments may have been
// pruned, so that only what lies between two that are there can be missed.
func (r *Reader) missing() []string {
	var missing []string
	last := map[string]int{} // serial by run
	for i := range r.segments {
		name := r.segments[i].name
		if before, ok := last[name.run]; ok {
			for serial := before + 1; serial < name.serial; serial++ {
				missing = append(missing, fmt.Sprintf("…-%s-%05d.warc.gz", name.run, serial))
			}
		}
		last[name.run] = max(last[name.run], name.serial)
	}
	return missing
}

func (r *Reader) verify(ctx context.Context, s *Segment) (SegmentReport, error) {
	report := SegmentReport{Segment: *s}
	c, err := r.open(s)
	if err != nil {
		return report, err
	}
	defer c.Close() // it is only read
	v := &verifier{report: &report, payloads: map[string]string{}}
	end, err := r.scan(s, c, func(rec *Record) error {
		v.check(rec)
		return ctx.Err()
	})
	if err := ctx.Err(); err != nil {
		return report, err
	}
	if v.request.ID != "" && err == nil && !s.Open { // else its answer is in the part that is missing
		v.complain(&v.request, "a request without its answer")
	}
	report.Readable = end
	report.Cut = c.size - end
	report.Encrypted = c.lost
	var damage *DamageError
	if errors.As(err, &damage) {
		report.Problems = append(report.Problems, Problem{Offset: damage.Offset, What: damage.Err.Error()})
	}
	return report, nil
}

// verifier checks the records of a segment one after the other.
type verifier struct {
	report   *SegmentReport
	payloads map[string]string // payload digest by record id
	request  Record            // of the answer that has to follow; without ID when none has
}

func (v *verifier) complain(rec *Record, format string, args ...any) {
	v.report.Problems = append(v.report.Problems, Problem{rec.Offset, rec.ID, fmt.Sprintf(format, args...)})
}

func (v *verifier) check(rec *Record) {
	v.report.Records++
	if got, want := digestOf(rec.Block), rec.Fields.Get("WARC-Block-Digest"); got != want {
		v.complain(rec, "its block has the digest %s, not %s", got, clip(want))
	}
	if _, ok := v.payloads[rec.ID]; ok {
		v.complain(rec, "its id is that of an earlier record")
	}
	v.payloads[rec.ID] = rec.Fields.Get("WARC-Payload-Digest")
	if first := v.report.Records == 1; first != (rec.Type == typeInfo) {
		v.complain(rec, "record %d is a %s; the first and no other is a %s", v.report.Records, clip(rec.Type), typeInfo)
	}
	if v.request.ID != "" && rec.Type != typeResponse && rec.Type != typeRevisit {
		v.complain(&v.request, "a request without its answer")
		v.request = Record{}
	}
	switch rec.Type {
	case typeInfo:
		if got, want := rec.Fields.Get("WARC-Filename"), v.report.name.warc(); got != want {
			v.complain(rec, "it is of the file %s, not %s", clip(got), want)
		}
	case typeRequest:
		v.request = *rec
	case typeResponse, typeRevisit:
		v.checkAnswer(rec)
	default:
		v.complain(rec, "a record of type %q", clip(rec.Type))
	}
}

func (v *verifier) checkAnswer(rec *Record) {
	v.report.Exchanges++
	if v.request.ID == "" || v.request.ID != rec.reference("WARC-Concurrent-To") {
		v.complain(rec, "an answer without its request before it")
	} else if v.request.Target != rec.Target || !v.request.Date.Equal(rec.Date) {
		v.complain(rec, "its URL or date is not that of its request")
	}
	v.request = Record{}
	_, body, err := cutHead(rec.Block)
	if err != nil {
		v.complain(rec, "%v", err)
		return
	}
	want := rec.Fields.Get("WARC-Payload-Digest")
	original := rec.reference("WARC-Refers-To")
	repeated, known := v.payloads[original]
	switch profile := rec.Fields.Get("WARC-Profile"); {
	case rec.Type == typeResponse:
		if got := digestOf(body); got != want {
			v.complain(rec, "its payload has the digest %s, not %s", got, clip(want))
		}
	case original != "" && !known:
		v.complain(rec, "it refers to %s, which is not before it in the segment", clip(original))
	case profile == profileSameDigest && (original == "" || repeated != want):
		v.complain(rec, "it has not the payload of the record that it refers to")
	case profile != profileSameDigest && profile != profileNotModified:
		v.complain(rec, "a revisit of the profile %q", clip(profile))
	}
}

func digestOf(b []byte) string { return sum(sha256.Sum256(b)).String() }
