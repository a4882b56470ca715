package archive

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The format, as ISO 28500:2017 has it (clause 6.7 for the profiles).
const (
	version            = "WARC/1.1"
	profileSameDigest  = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	profileNotModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

	typeInfo     = "warcinfo"
	typeRequest  = "request"
	typeResponse = "response"
	typeRevisit  = "revisit"
)

// Named fields that the standard does not have. It lets extensions add fields,
// and has other software ignore them (clause 5.1).
const (
	fieldSeen  = "Qulaq-Seen"      // when the last byte of the answer had arrived, in the form of WARC-Date
	fieldAsked = "Qulaq-Asked-For" // the address whose redirection led to this request
)

// dropped are the fields that are left out of the archived messages, because they
// identify or let in.
var (
	droppedOfRequest = map[string]bool{
		"Authorization": true, "Cookie": true, "Proxy-Authorization": true,
		"Content-Length": true, // written anew
	}
	droppedOfResponse = map[string]bool{"Set-Cookie": true, "Set-Cookie2": true}
)

// recordID is a random UUID (RFC 9562, version 4).
type recordID [16]byte

func newRecordID() (id recordID) {
	_, _ = rand.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// String is the value of WARC-Record-ID.
func (id recordID) String() string {
	b := make([]byte, 0, len("<urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx>"))
	b = append(b, "<urn:uuid:"...)
	for i, group := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, group)
	}
	return string(append(b, '>'))
}

// warcDate is t as WARC-Date has it: UTC, with as many digits as are known, up
// to nine.
func warcDate(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// targetURI is u as WARC-Target-URI has it (RFC 3986): ASCII, and without what is
// not sent.
func targetURI(u *url.URL) string {
	plain := *u
	plain.User, plain.Fragment, plain.RawFragment = nil, "", ""
	s := plain.String()
	if !strings.ContainsFunc(s, notURI) {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if notURI(rune(c)) {
			b.WriteByte('%')
			b.WriteString(strings.ToUpper(hex.EncodeToString([]byte{c})))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func notURI(r rune) bool { return r <= ' ' || r > '~' }

// sum is a sha256, as WARC-Block-Digest and WARC-Payload-Digest name it.
type sum [sha256.Size]byte

func (s sum) String() string { return "sha256:" + hex.EncodeToString(s[:]) }

// reference is a record that a revisit can refer to.
type reference struct {
	id     recordID
	target string
	date   time.Time
}

// encoder turns exchanges into records. It belongs to one goroutine at a time, so
// that several can compress at once.
type encoder struct {
	out bytes.Buffer // the records, one gzip member each

	requestID, responseID recordID
	target                string
	requestHead           bytes.Buffer // HTTP, with the empty line
	responseHead          bytes.Buffer
	payloadDigest         sum

	hash  hash.Hash
	named []byte // fields of the record
	fast  *gzip.Writer
	store *gzip.Writer
}

func newEncoder() *encoder {
	e := &encoder{hash: sha256.New()}
	// Both levels are valid.
	e.fast, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed)
	e.store, _ = gzip.NewWriterLevel(nil, gzip.NoCompression)
	return e
}

// begin prepares what does not depend on whether x repeats another exchange.
func (e *encoder) begin(x *exchange, requestID, responseID recordID) {
	if e.out.Cap() > maxPooled {
		e.out = bytes.Buffer{}
	}
	e.requestID, e.responseID = requestID, responseID
	e.target = targetURI(x.request.URL)
	writeRequestHead(&e.requestHead, x)
	writeResponseHead(&e.responseHead, x.response)
	e.payloadDigest = e.digest(x.body.Bytes())
}

// encode writes the request record and, after it, the response or revisit record
// of x.
func (e *encoder) encode(x *exchange, original *reference) error {
	e.out.Reset()
	e.open(typeRequest, e.requestID, x.sent)
	e.exchangeFields(x, e.responseID)
	if asked := x.asked(); asked != nil {
		e.field(fieldAsked, targetURI(asked))
	}
	if len(x.form) > 0 {
		e.field("WARC-Payload-Digest", e.digest(x.form).String())
	}
	if err := e.close(e.fast, "application/http;msgtype=request", e.requestHead.Bytes(), x.form); err != nil {
		return err
	}
	switch {
	case notModified(x):
		e.open(typeRevisit, e.responseID, x.sent)
		e.exchangeFields(x, e.requestID)
		e.field("WARC-Profile", profileNotModified)
	case original != nil:
		e.open(typeRevisit, e.responseID, x.sent)
		e.exchangeFields(x, e.requestID)
		e.field("WARC-Profile", profileSameDigest)
	default:
		e.open(typeResponse, e.responseID, x.sent)
		e.exchangeFields(x, e.requestID)
	}
	e.field(fieldSeen, warcDate(x.seen))
	if original != nil {
		e.field("WARC-Refers-To", original.id.String())
		e.field("WARC-Refers-To-Target-URI", original.target)
		e.field("WARC-Refers-To-Date", warcDate(original.date))
	}
	body, truncated := x.body.Bytes(), x.truncated
	if !notModified(x) {
		e.field("WARC-Payload-Digest", e.payloadDigest.String())
		if original != nil {
			body, truncated = nil, "length" // as clause 6.7.2 wants it
		}
	}
	if truncated != "" {
		e.field("WARC-Truncated", truncated)
	}
	zw := e.fast
	if len(body) > 0 && x.response.Header.Get("Content-Encoding") != "" {
		zw = e.store // compressing what is compressed costs time and gains nothing
	}
	return e.close(zw, "application/http;msgtype=response", e.responseHead.Bytes(), body)
}

// open begins a record.
func (e *encoder) open(kind string, id recordID, date time.Time) {
	e.named = e.named[:0]
	e.field("WARC-Type", kind)
	e.field("WARC-Record-ID", id.String())
	e.field("WARC-Date", warcDate(date))
}

// exchangeFields adds the fields that both records of an exchange have.
func (e *encoder) exchangeFields(x *exchange, other recordID) {
	e.field("WARC-Target-URI", e.target)
	e.field("WARC-Concurrent-To", other.String())
	if address := x.address.Load(); address != nil {
		e.field("WARC-IP-Address", *address)
	}
}

func (e *encoder) field(name, value string) {
	e.named = append(e.named, name...)
	e.named = append(e.named, ": "...)
	e.named = append(e.named, value...)
	e.named = append(e.named, "\r\n"...)
}

// close ends a record and appends it to out.
func (e *encoder) close(zw *gzip.Writer, contentType string, block ...[]byte) error {
	length := 0
	for _, part := range block {
		length += len(part)
	}
	e.field("WARC-Block-Digest", e.digest(block...).String())
	e.field("Content-Type", contentType)
	e.field("Content-Length", strconv.Itoa(length))
	zw.Reset(&e.out)
	for _, part := range [][]byte{[]byte(version + "\r\n"), e.named, []byte("\r\n")} {
		if _, err := zw.Write(part); err != nil {
			return err
		}
	}
	for _, part := range block {
		if _, err := zw.Write(part); err != nil {
			return err
		}
	}
	if _, err := zw.Write([]byte("\r\n\r\n")); err != nil {
		return err
	}
	return zw.Close()
}

func (e *encoder) digest(parts ...[]byte) (s sum) {
	e.hash.Reset()
	for _, part := range parts {
		e.hash.Write(part)
	}
	e.hash.Sum(s[:0])
	return s
}

// writeRequestHead writes the request line and the fields of a request, in the
// order of their names.
func writeRequestHead(b *bytes.Buffer, x *exchange) {
	b.Reset()
	b.WriteString(x.request.Method)
	b.WriteByte(' ')
	b.WriteString(x.request.URL.RequestURI())
	b.WriteString(" HTTP/1.1\r\nHost: ")
	if x.request.Host != "" {
		b.WriteString(x.request.Host)
	} else {
		b.WriteString(x.request.URL.Host)
	}
	b.WriteString("\r\n")
	_ = x.request.Header.WriteSubset(b, droppedOfRequest) // to memory
	if x.request.Body != nil && x.request.Body != http.NoBody {
		b.WriteString("Content-Length: ")
		b.WriteString(strconv.Itoa(len(x.form)))
		b.WriteString("\r\n")
	}
	b.WriteString("\r\n")
}

// writeResponseHead writes the status line and the fields of a response, in the
// order of their names. Whatever version of HTTP it came by, it is written as 1.1,
// without the transfer coding: the body is archived as it was before that.
func writeResponseHead(b *bytes.Buffer, resp *http.Response) {
	b.Reset()
	code := strconv.Itoa(resp.StatusCode)
	reason, ok := strings.CutPrefix(resp.Status, code+" ")
	if !ok {
		reason = http.StatusText(resp.StatusCode)
	}
	b.WriteString("HTTP/1.1 ")
	b.WriteString(code)
	b.WriteByte(' ')
	b.WriteString(reason)
	b.WriteString("\r\n")
	_ = resp.Header.WriteSubset(b, droppedOfResponse) // to memory
	b.WriteString("\r\n")
}

// notModified tells whether the server vouched for an earlier answer.
func notModified(x *exchange) bool {
	return x.response.StatusCode == http.StatusNotModified && x.body.Len() == 0
}

// warcinfo makes the record that a segment begins with.
func warcinfo(id recordID, date time.Time, filename, software, userAgent string) ([]byte, error) {
	e := newEncoder()
	block := "software: " + software + "\r\n" +
		"format: WARC File Format 1.1\r\n" +
		"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n" +
		"robots: obey\r\n"
	if userAgent != "" {
		block += "http-header-user-agent: " + userAgent + "\r\n"
	}
	e.open(typeInfo, id, date)
	e.field("WARC-Filename", filename)
	if err := e.close(e.fast, "application/warc-fields", []byte(block)); err != nil {
		return nil, err
	}
	return e.out.Bytes(), nil
}
