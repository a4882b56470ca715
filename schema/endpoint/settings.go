package endpoint

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ignored are parameters of which clients send many and which change nothing here:
// credentials (checked already), sessions (there are none), what the transport
// settles for itself, and what asks the server to write logs.
var ignored = map[string]bool{
	"user": true, "password": true, "quota_key": true, "query_id": true,
	"session_id": true, "session_timeout": true, "session_check": true,
	"compress": true, "decompress": true, "enable_http_compression": true, "http_zlib_compression_level": true,
	"network_compression_method": true, "network_zstd_compression_level": true, "buffer_size": true,
	"send_progress_in_http_headers": true, "http_headers_progress_interval_ms": true, "add_http_cors_header": true,
	"cancel_http_readonly_queries_on_client_close": true, "stacktrace": true, "log_queries": true, "log_comment": true,
	"http_write_exception_in_output_format": true,
}

// allowed are settings that a client may choose: how a result is written, and what
// a query means, but nothing that opens files or lifts a limit.
var allowed = map[string]bool{
	"date_time_output_format": true, "date_time_input_format": true, "extremes": true, "join_use_nulls": true,
	"session_timezone": true, "use_client_time_zone": true, "max_block_size": true, "max_threads": true,
	"result_overflow_mode": true, "union_default_mode": true, "prefer_column_name_to_alias": true,
	"group_by_use_nulls": true, "transform_null_in": true, "aggregate_functions_null_for_empty": true,
	"any_join_distinct_right_table_keys": true, "final": true, "optimize_read_in_order": true,
	"show_table_uuid_in_table_create_query_if_not_nil": true, "cast_keep_nullable": true,
	"bool_true_representation": true, "bool_false_representation": true,
}

// mayChange tells whether a client may choose a setting. A template and a schema
// are files on the server, though their settings are called format_….
func mayChange(name string) bool {
	if strings.HasPrefix(name, "format_schema") || strings.HasPrefix(name, "format_template") || strings.Contains(name, "_path") {
		return false
	}
	return allowed[name] || strings.HasPrefix(name, "output_format_") || strings.HasPrefix(name, "format_")
}

// forward makes the parameters for the engine from those of a request. Whatever is
// neither known to be harmless nor a limit that becomes tighter is refused: a
// setting that was silently dropped would give a result that the client did not ask
// for.
func (h *handler) forward(r *http.Request, params url.Values) (url.Values, error) {
	limits := map[string]float64{
		"max_execution_time": math.Ceil(h.Limits.Time.Seconds()), "max_memory_usage": float64(h.Limits.Memory),
		"max_result_rows": float64(h.Limits.Rows), "max_result_bytes": float64(h.Limits.Bytes),
	}
	f := url.Values{"readonly": {"1"}, "result_overflow_mode": {"throw"}}
	f.Set("database", first(params.Get("database"), r.Header.Get("X-ClickHouse-Database"), r.PathValue("database"), h.Database))
	f.Set("default_format", first(params.Get("default_format"), r.Header.Get("X-ClickHouse-Format"), "TabSeparated"))
	for name, values := range params {
		value := values[len(values)-1]
		most, limited := limits[name]
		switch {
		case limited:
			n, err := strconv.ParseFloat(value, 64)
			if err != nil || n < 0 {
				return nil, exceptionf(codeBadArguments, "BAD_ARGUMENTS", "Setting %s: %q is no number", name, value)
			}
			if n > 0 && n < most { // 0 is no limit
				limits[name] = n
			}
		case name == "query", name == "client_protocol_version", name == "wait_end_of_query", strings.HasPrefix(name, "param_"):
			f.Set(name, value)
		case name == "database", name == "default_format", ignored[name], value == "":
		case name == "readonly" && value != "0":
		case mayChange(name):
			f.Set(name, value)
		default:
			return nil, exceptionf(codeReadOnly, "READONLY", "Cannot modify '%.64s' setting in readonly mode", name)
		}
	}
	for name, n := range limits {
		f.Set(name, strconv.FormatFloat(n, 'f', -1, 64))
	}
	return f, nil
}

// first is the first of some values that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
