package jobs

import (
	"testing"
	"time"

	"qulaq/schema"
)

// A thread that is visited tells neither when it was opened nor that it was found
// before: what was known of both must survive the visit, also in the store.
func TestKeepRemembersWhenAThreadWasFoundAndOpened(t *testing.T) {
	opened, found, visited := epoch.Add(aDay), epoch.Add(2*aDay), epoch.Add(3*aDay)
	f := newFrontier(nil)
	f.put(schema.ThreadState{Thread: schema.Thread{SourceID: "s", ThreadID: "t", PublishedAt: opened, FoundAt: found}})
	rows := []schema.Thread{
		{SourceID: "s", ThreadID: "t", PublishedAt: epoch, FoundAt: visited},
		{SourceID: "s", ThreadID: "new", PublishedAt: epoch, FoundAt: visited},
	}
	f.keep(rows)
	if !rows[0].PublishedAt.Equal(opened) || !rows[0].FoundAt.Equal(found) {
		t.Errorf("the known thread was opened %v and found %v, want %v and %v", rows[0].PublishedAt, rows[0].FoundAt, opened, found)
	}
	if !rows[1].FoundAt.Equal(visited) {
		t.Errorf("the new thread was found %v, want %v", rows[1].FoundAt.Format(time.RFC3339), visited)
	}
}
