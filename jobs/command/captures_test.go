package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// captures lies beside the repository: pages and answers that others saved, with
// what each of them holds in the SOURCES.md of its folder.
const captures = "../../../shared/captures"

// captured is a file of captures, as `qulaq parse` is asked to read it.
type captured struct {
	file, parser, url, seen string
	unpack                  func(t *testing.T, body []byte) []byte // of what is more than the page, or less
	want                    string                                 // by figures
}

// TestParseOfCaptures holds what `qulaq parse` reads in every captured file against
// the figures of its SOURCES.md. What follows from the items besides (latencies,
// parents, mentions) is held by the tests of the parsers.
func TestParseOfCaptures(t *testing.T) {
	if _, err := os.Stat(captures); os.IsNotExist(err) {
		t.Skip("no captured pages beside the repository (../shared/captures)")
	}
	tests := []captured{
		{
			file: "telegram/s_nexta_live_2021.html", parser: "telegram", url: "https://t.me/s/nexta_live", seen: "2021-02-23T09:54:24Z",
			want: "ok: 18 post by official, 2 edited, 2021-02-19T17:39:40Z … 2021-02-23T08:43:54Z; declared unknown; 18 threads",
		},
		{
			file: "telegram/channel_landing_page.html", parser: "telegram", url: "https://t.me/s/nexta_live", seen: "2021-02-23T09:54:24Z",
			want: "discussion_unavailable: nothing; declared unknown; 0 threads",
		},
		{
			file: "telegram/channel_landing_invalid.html", parser: "telegram", url: "https://t.me/s/nexta_live1432", seen: "2021-02-23T09:54:24Z",
			want: "gone: nothing; declared unknown; 0 threads",
		},
		{
			file: "telegram/embed_post_not_found_tdlibchat_50000.html", parser: "telegram", url: "https://t.me/tdlibchat/50000?embed=1", seen: "2026-09-01T00:00:00Z",
			want: "gone: nothing; declared unknown; 0 threads",
		},
		{
			file: "telegram/discussion_widget_otzaviksait_2.html", parser: "telegram", seen: "2022-08-12T00:00:00Z",
			url:  "https://t.me/otzaviksait/2?embed=1&discussion=1&comments_limit=5",
			want: "ok: 1 comment by nobody known, 2022-08-11T06:36:00Z … 2022-08-11T06:36:00Z; declared 44; 0 threads",
		},
		{
			file: "telegram/s_search_no_posts_found_snippet.html", parser: "telegram", url: "https://t.me/s/nexta_live?q=x", seen: "2026-09-01T00:00:00Z",
			want: "empty: nothing; declared unknown; 0 threads",
		},
		{
			file: "vk/selenscrapy_wall_get_response.json", parser: "vk", seen: "2025-01-12T00:00:00Z",
			url:  "https://api.vk.com/method/wall.get?owner_id=-33438842&count=5&v=5.131",
			want: "ok: 5 post by nobody known, 1 edited, 2025-01-02T13:22:01Z … 2025-01-10T13:43:55Z; declared 339; 5 threads",
		},
		{
			file: "vk/selenscrapy_wall_getComments_response.json", parser: "vk", seen: "2025-01-12T00:00:00Z",
			url:  "https://api.vk.com/method/wall.getComments?owner_id=-33438842&post_id=847&v=5.131",
			want: "ok: 3 comment by nobody known, 2024-12-01T09:08:21Z … 2024-12-18T09:22:53Z; declared 3; 0 threads",
		},
		{
			file: "kz_portals/legalacts_npa_view_15906353_comments.html", parser: "legalacts", seen: "2026-09-20T00:00:00Z",
			url:  "https://legalacts.egov.kz/npa/view?id=15906353",
			want: "ok: 10 answer by official, 10 comment by citizen, 10 not_accepted, 2026-09-09T05:54:00Z … 2026-09-10T07:24:00Z; declared 24; 0 threads",
		},
		{
			file: "kz_portals/legalacts_list_archive_2026_excerpt.html", parser: "legalacts", url: "https://legalacts.egov.kz/list?status=ARCHIVE", seen: "2026-09-20T00:00:00Z",
			want: "ok: nothing; declared unknown; 5 threads",
		},
		{
			file: "youtube/comment_threads__comment_threads_by_video_paged_1.json", parser: "youtube", seen: "2020-01-01T00:00:00Z",
			url:  "https://www.googleapis.com/youtube/v3/commentThreads?part=replies,snippet&videoId=F1UP7wRCPH8",
			want: "ok: 5 comment by nobody known, 2019-11-14T23:31:33Z … 2019-11-26T15:51:44Z; declared 7; 0 threads",
		},
		{
			file: "youtube/comments__comments_by_parent_paged_1.json", parser: "youtube", seen: "2020-01-01T00:00:00Z",
			url:  "https://www.googleapis.com/youtube/v3/comments?part=snippet&parentId=Ugw5zYU6n9pmIgAZWvN4AaABAg#video=F1UP7wRCPH8&declared=7",
			want: "ok: 2 comment by nobody known, 2019-12-01T04:46:20Z … 2019-12-01T04:46:31Z; declared 7; 0 threads",
		},
		{
			file: "youtube/error_permission_resp.json", parser: "youtube", seen: "2020-01-01T00:00:00Z",
			url:  "https://www.googleapis.com/youtube/v3/commentThreads?part=replies,snippet&videoId=F1UP7wRCPH8",
			want: "login_wall: nothing; declared unknown; 0 threads",
		},
		{
			file: "facebook/comments__comments_p1.json", parser: "facebook", url: "https://graph.facebook.com/v21.0/1_2/comments", seen: "2022-01-01T00:00:00Z",
			want: "ok: 10 comment by nobody known, 2021-08-10T18:45:03Z … 2021-08-12T18:30:51Z; declared 18; 0 threads",
		},
		{
			file: "facebook/error_100_permission.json", parser: "facebook", url: "https://graph.facebook.com/v21.0/1_2/comments", seen: "2022-01-01T00:00:00Z",
			want: "login_wall: nothing; declared unknown; 0 threads",
		},
		{
			file: "instagram/comments__comments_fields.json", parser: "instagram", seen: "2022-01-01T00:00:00Z",
			url:  "https://graph.facebook.com/v21.0/17800000000000000/comments",
			want: "ok: 2 comment by nobody known, 2020-02-24T09:15:16Z … 2020-06-01T10:56:52Z; declared unknown; 0 threads",
		},
		{
			file: "x_twitter/py_searches__search_tweets_query.json", parser: "x", seen: "2022-01-01T00:00:00Z",
			url:  "https://api.x.com/2/tweets/search/all?query=conversation_id:1",
			want: "ok: 4 comment by nobody known, 2020-06-24T04:52:46Z … 2020-06-25T06:14:19Z; declared unknown; 0 threads",
		},
		{
			file: "x_twitter/twarc_edited_before.jsonl", parser: "x", url: "https://api.x.com/2/tweets?ids=1576994746135764992", seen: "2023-01-01T00:00:00Z",
			want: "ok: 1 post by nobody known, 1 edited, 2022-10-03T17:57:01Z … 2022-10-03T17:57:01Z; declared unknown; 0 threads",
		},
		{
			// Its two posts are for followers only, and are left out; what it answers is asked for next.
			file: "mastodon/test_entity_context.yaml", parser: "mastodon", url: "https://mastodon.social/api/v1/statuses/110446983926957470/context", seen: "2026-09-01T00:00:00Z",
			unpack: answerOf(0),
			want:   "ok: nothing; declared unknown; 0 threads",
		},
		{
			file: "mastodon/test_entity_statusedit.yaml", parser: "mastodon", url: "https://mastodon.social/api/v1/statuses/110446223051565765/history", seen: "2026-09-01T00:00:00Z",
			unpack: answerOf(1),
			want:   "ok: 1 post by nobody known, 1 edited, 2023-05-28T11:57:00.378Z … 2023-05-28T11:57:00.378Z; declared unknown; 0 threads",
		},
		{
			file: "bluesky/bsky_app_post.html", parser: "bluesky", url: "https://bsky.app/profile/example.bsky.social/post/3mdexample", seen: "2026-09-01T00:00:00Z",
			want: "discussion_unavailable: nothing; declared unknown; 0 threads",
		},
		{
			file: "discourse/t_2108_posts.json", parser: "discourse", url: "https://forum.example/t/2108/posts.json", seen: "2026-01-31T00:00:00Z",
			want: "ok: 16 comment by nobody known, 3 comment by official, 1 post by official, 5 edited, 2025-09-25T19:11:22.095Z … 2025-09-27T20:38:47.717Z; declared 446; 0 threads",
		},
		{
			file: "wordpress/comment_thewhitedog9487_1.json", parser: "wordpress", url: "https://blog.example/wp-json/wp/v2/comments?post=1", seen: "2026-01-31T00:00:00Z",
			unpack: func(_ *testing.T, body []byte) []byte { return fmt.Appendf(nil, "[%s]", body) }, // one of a list
			want:   "ok: 1 comment by nobody known, 2020-12-26T13:26:51Z … 2020-12-26T13:26:51Z; declared unknown; 0 threads",
		},
		{
			file: "rss/rss2_wordpress_slash_comments.xml", parser: "feed", url: "https://blog.example/feed/", seen: "2026-01-31T00:00:00Z",
			want: "ok: 10 post by official, 2025-02-06T12:00:00Z … 2025-03-13T15:43:00Z; declared unknown; 8 threads",
		},
		{
			file: "rss/encoding_WINDOWS-1251.xml", parser: "feed", url: "https://quotes.example/rss.xml", seen: "2026-01-31T00:00:00Z",
			want: "ok: 50 post by official, 2018-03-15T06:16:48Z … 2018-03-21T07:27:32Z; declared unknown; 0 threads",
		},
		{
			file: "alaveteli/righttoknow_event_feed_2013.json", parser: "alaveteli", url: "https://www.righttoknow.org.au/feed/body/diac.json", seen: "2026-01-31T00:00:00Z",
			want: "ok: nothing; declared unknown; 1 threads",
		},
		{
			file: "froide/test_foi_req.json", parser: "froide", url: "https://fragdenstaat.de/api/v1/request/82/", seen: "2026-01-31T00:00:00Z",
			want: "ok: 1 question by citizen, 2011-08-02T10:37:16.468Z … 2011-08-02T10:37:16.468Z; declared unknown; 0 threads",
		},
		{
			file: "other/uk_written_questions_list.json", parser: "ukwq", seen: "2026-01-31T00:00:00Z",
			url:  "https://questions-statements-api.parliament.uk/api/writtenquestions/questions?take=20",
			want: "ok: nothing; declared unknown; 20 threads",
		},
		{
			file: "open311/chicago_open311_requests_2014_2015.json", parser: "open311", url: "https://city.example/open311/v2/requests.json", seen: "2026-01-31T00:00:00Z",
			want: "ok: 110 answer by official, 50 question by citizen, 61 activity, 98 closed, 1 open, 2014-01-03T20:18:52Z … 2015-10-10T15:15:40Z; declared unknown; 50 threads",
		},
		{
			// The time of the import is not that of a reply, which has none.
			file: "open311/boston_issue181_imported_case.json", parser: "open311", url: "https://city.example/open311/v2/requests/101002585932.json", seen: "2026-01-31T00:00:00Z",
			want: "ok: 1 answer by official, 1 question by citizen, 2 closed, 2018-07-19T08:36:00Z … 2018-07-19T08:36:00Z; declared unknown; 0 threads",
		},
	}
	left := captureFiles(t)
	for _, test := range tests {
		left[test.file] = false
		t.Run(test.file, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.figures(t)); diff != "" {
				t.Errorf("qulaq parse (-want +got):\n%s", diff)
			}
		})
	}
	// What no page is, and which test reads it.
	for file := range map[string]string{
		"bluesky/post_record.json":                     "a record of a post, parsers/bluesky",
		"kz_portals/dialog_egov_focused_sample.csv":    "texts without their pages, parsers/dialog",
		"datasets/doj_foia_2017_log.csv":               "a table, TestEstimateOfACapturedLog",
		"datasets/writetothem_responsiveness_2005.csv": "a table, stats",
		"datasets/writetothem_responsiveness_2008.csv": "a table, stats",
	} {
		left[file] = false
	}
	for _, file := range slices.Sorted(maps.Keys(left)) {
		if left[file] {
			t.Errorf("nothing reads %s", file)
		}
	}
}

// The log holds closed requests alone, 244 of them, which took 48 days in the
// median.
func TestEstimateOfACapturedLog(t *testing.T) {
	file, err := os.Open(filepath.Join(captures, "datasets/doj_foia_2017_log.csv"))
	if os.IsNotExist(err) {
		t.Skip("no captured tables beside the repository (../shared/captures)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	latencies := bytes.NewBufferString("group,lo,hi\n")
	for _, row := range rows[1:] {
		submitted, err1 := time.Parse("01/02/2006", row[2])
		closed, err2 := time.Parse("01/02/2006", row[3])
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		days := closed.Sub(submitted).Hours() / 24
		fmt.Fprintf(latencies, "all,%v,%v\n", days, days)
	}
	var out, told bytes.Buffer
	if code := Run(context.Background(), []string{"estimate", "--format", "json", "-"}, Streams{latencies, &out, &told}); code != exitOK {
		t.Fatalf("qulaq estimate = %d: %s", code, &told)
	}
	var got struct {
		Groups map[string]struct {
			N, Events int
			Median    float64
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if all := got.Groups["all"]; all.N != 244 || all.Events != 244 || all.Median != 48 {
		t.Errorf("estimate = %+v, want 244 requests, all closed, in 48 days in the median", all)
	}
}

// captureFiles lists the files of captures, all of them to be read.
func captureFiles(t *testing.T) map[string]bool {
	t.Helper()
	files := map[string]bool{}
	err := fs.WalkDir(os.DirFS(captures), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) != ".md" {
			files[path] = true
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d captured files, error %v", len(files), err)
	}
	return files
}

// answerOf takes an answer out of a recorded session.
func answerOf(n int) func(t *testing.T, session []byte) []byte {
	return func(t *testing.T, session []byte) []byte {
		t.Helper()
		var s struct {
			Interactions []struct {
				Response struct {
					Body struct {
						String string `yaml:"string"`
					} `yaml:"body"`
				} `yaml:"response"`
			} `yaml:"interactions"`
		}
		if err := yaml.Unmarshal(session, &s); err != nil || n >= len(s.Interactions) {
			t.Fatalf("%d answers, error %v", len(s.Interactions), err)
		}
		return []byte(s.Interactions[n].Response.Body.String)
	}
}

// figures runs the command and sums up what it printed.
func (c captured) figures(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(captures, c.file))
	if err != nil {
		t.Fatal(err)
	}
	if c.unpack != nil {
		body = c.unpack(t, body)
	}
	var out, told bytes.Buffer
	Run(context.Background(), []string{"parse", "--parser", c.parser, "--url", c.url, "--seen", c.seen, "--json", "-"}, Streams{bytes.NewReader(body), &out, &told})
	summary := map[string]string{}
	for line := range strings.Lines(told.String()) {
		name, value, _ := strings.Cut(line, ":")
		summary[name] = strings.TrimSpace(value)
	}
	counts, outcomes := map[string]int{}, map[string]int{}
	edited := 0
	var times []string
	for line := range bytes.Lines(out.Bytes()) {
		var item parsedItem
		if err := json.Unmarshal(line, &item); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if item.Role == "" {
			item.Role = "nobody known"
		}
		counts[item.Kind+" by "+item.Role]++
		if item.Outcome != "" {
			outcomes[item.Outcome]++
		}
		if item.Edited {
			edited++
		}
		if item.PublishedLo != "" {
			times = append(times, item.PublishedLo)
		}
	}
	parts := append(listed(counts), listed(outcomes)...)
	if edited > 0 {
		parts = append(parts, fmt.Sprint(edited, " edited"))
	}
	if len(times) > 0 {
		parts = append(parts, slices.Min(times)+" … "+slices.Max(times))
	}
	if len(parts) == 0 {
		parts = []string{"nothing"}
	}
	return fmt.Sprintf("%s: %s; declared %s; %s", summary["state"], strings.Join(parts, ", "), summary["declared"], summary["leads to"])
}

// listed writes counts in the order of what is counted.
func listed(counts map[string]int) []string {
	var list []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprint(counts[what], " ", what))
	}
	return list
}
