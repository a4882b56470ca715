package endpoint

import (
	"net/http"
	"strings"
)

// Codes of ClickHouse's (src/Common/ErrorCodes.cpp) that this package raises itself.
const (
	codeBadArguments         = 36
	codeNotImplemented       = 48
	codeTimeout              = 159
	codeQueryTooLarge        = 191
	codeReadOnly             = 164
	codeRequiredPassword     = 194
	codeTooManyQueries       = 202
	codeCancelled            = 394
	codeAuthenticationFailed = 516
	codeUnknown              = 1002
)

// statuses are those that a server gives to its exceptions, where they are not 500
// (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp). Two are our own: a refusal is
// 403, so that no proxy takes it for a failure, and too many queries are 503, which
// clients try again.
var statuses = map[int]int{
	codeBadArguments: http.StatusBadRequest, 6: http.StatusBadRequest, 26: http.StatusBadRequest, 27: http.StatusBadRequest,
	38: http.StatusBadRequest, 41: http.StatusBadRequest, 43: http.StatusBadRequest, 53: http.StatusBadRequest,
	62: http.StatusBadRequest, 72: http.StatusBadRequest, 117: http.StatusBadRequest, 376: http.StatusBadRequest,
	46: http.StatusNotFound, 47: http.StatusNotFound, 50: http.StatusNotFound, 56: http.StatusNotFound, 60: http.StatusNotFound,
	63: http.StatusNotFound, 73: http.StatusNotFound, 78: http.StatusNotFound, 81: http.StatusNotFound, 115: http.StatusNotFound,
	codeQueryTooLarge: http.StatusRequestEntityTooLarge, codeNotImplemented: http.StatusNotImplemented, codeTimeout: http.StatusRequestTimeout,
	codeRequiredPassword: http.StatusUnauthorized, codeAuthenticationFailed: http.StatusForbidden,
	codeReadOnly: http.StatusForbidden, codeTooManyQueries: http.StatusServiceUnavailable,
}

func status(code int) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// contentType is how a server announces a format.
func contentType(format string) string {
	f := strings.ToLower(format)
	switch {
	case strings.HasPrefix(f, "csv"):
		return "text/csv; charset=UTF-8; header=" + header(f)
	case strings.HasPrefix(f, "tabseparated"), strings.HasPrefix(f, "tsv"):
		return "text/tab-separated-values; charset=UTF-8"
	case f == "jsoneachrow", f == "jsonlines", f == "ndjson", f == "jsonstringseachrow",
		strings.HasPrefix(f, "jsoncompacteachrow"), strings.HasPrefix(f, "jsoncompactstringseachrow"):
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(f, "json"):
		return "application/json; charset=UTF-8"
	case f == "xml":
		return "application/xml; charset=UTF-8"
	case f == "markdown":
		return "text/markdown; charset=UTF-8"
	case strings.HasPrefix(f, "pretty"), f == "vertical", f == "values", f == "lineasstring":
		return "text/plain; charset=UTF-8"
	}
	return "application/octet-stream"
}

func header(format string) string {
	if strings.Contains(format, "withnames") {
		return "present"
	}
	return "absent"
}
