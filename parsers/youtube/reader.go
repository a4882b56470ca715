package youtube

import (
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
)

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at address
}

// channel reads an answer of channels.list, which only leads to the playlist of
// the channel's uploads.
func (in reader) channel(answer *answer) *parsers.Refusal {
	if len(answer.Items) == 0 {
		return parsers.Refuse(parsers.Gone, "there is no such channel")
	}
	playlist := answer.Items[0].ContentDetails.RelatedPlaylists.Uploads
	if playlist == "" {
		in.Lacks("contentDetails.relatedPlaylists.uploads")
	} else {
		in.Next = in.at.uploads(playlist).Carry(carryListing, in.Thread.ID).Next()
	}
	in.Settle("channel")
	return nil
}

// videos reads a page of a playlist. Each video is an item of its own thread and
// leads to it; one that is no longer public has neither a time nor comments.
func (in reader) videos(answer *answer) {
	for i := range answer.Items {
		e := &answer.Items[i]
		id, channel := e.ContentDetails.VideoID, e.Snippet.Owner
		if channel == "" {
			channel = e.Snippet.ChannelID
		}
		switch {
		case id == "":
			in.Lacks("contentDetails.videoId")
			continue
		case channel == "":
			in.Lacks("snippet.channelId")
			continue
		}
		thread := in.at.video(id, channel)
		item := parsers.Item{
			ID: id, Thread: id, Kind: parsers.KindPost, Role: parsers.RoleOfficial,
			Author:    parsers.Author{ID: channel},
			Precision: parsers.PrecisionVisit,
			Text:      strings.TrimSpace(e.Snippet.Title + "\n" + e.Snippet.Description),
		}
		published, precision, ok := in.Clock.Read(e.ContentDetails.VideoPublishedAt)
		if ok {
			thread.Published, item.Published, item.Precision = published, published, precision
		} else if e.ContentDetails.VideoPublishedAt != "" {
			in.Lacks("a readable contentDetails.videoPublishedAt")
			continue
		} else {
			item.Deleted, item.Text, item.Author, item.Role = true, "", parsers.Author{}, parsers.RoleUnknown
		}
		if in.Item(item) && !item.Deleted {
			in.Lead(thread)
		}
	}
	if total := answer.PageInfo.TotalResults; total != nil && *total >= 0 {
		in.Declared, in.Thread.Declared = *total, *total
	}
	in.Counted = len(in.Items)
	if answer.NextPage != "" {
		in.Next = in.at.uploads(in.at.Query.Get("playlistId")).With("pageToken", answer.NextPage).Next()
	}
	in.Settle("video")
}

// threads reads a page of comments with the replies that it shows. The replies
// are gathered as well where all of them are still to be asked for: should that
// fail, these have been seen.
func (in reader) threads(answer *answer) *parsers.Refusal {
	channel := in.owner(answer)
	var cut []string
	declared := in.at.declared()
	for i := range answer.Items {
		e := &answer.Items[i]
		top := e.Snippet.TopLevelComment
		if top == nil {
			in.Lacks("snippet.topLevelComment")
			continue
		}
		if of := top.Snippet.VideoID; of != "" && of != in.Thread.ID {
			return parsers.Refuse(parsers.Drift, "a comment on", of, "in the answer for", in.Thread.ID)
		}
		in.comment(top, "", channel)
		for j := range e.Replies.Comments {
			in.comment(&e.Replies.Comments[j], top.ID, channel)
		}
		declared += 1 + max(0, e.Snippet.TotalReplyCount)
		if e.Snippet.TotalReplyCount > len(e.Replies.Comments) && top.ID != "" && !strings.Contains(top.ID, ",") {
			cut = append(cut, top.ID)
		}
	}
	in.Declared, in.Thread.Declared, in.Counted = declared, declared, len(in.Items)
	in.Next = in.at.next(answer.NextPage, channel, cut, declared)
	in.Settle("comment")
	return nil
}

// replies reads a page of replies to one comment.
func (in reader) replies(answer *answer) {
	channel := in.owner(answer)
	for i := range answer.Items {
		in.comment(&answer.Items[i], in.at.Query.Get("parentId"), channel)
	}
	in.Declared, in.Counted = in.at.declared(), len(in.Items)
	in.Thread.Declared = in.Declared
	in.Next = in.at.next(answer.NextPage, channel, nil, in.Declared)
	in.Settle("reply")
}

// owner is the channel whose video it is, "" when nothing tells.
func (in reader) owner(answer *answer) string {
	if channel := in.at.Carried.Get(carryChannel); channel != "" {
		return channel
	}
	for i := range answer.Items {
		s := &answer.Items[i].Snippet
		if s.ChannelID != "" {
			return s.ChannelID
		}
		if s.TopLevelComment != nil && s.TopLevelComment.Snippet.ChannelID != "" {
			return s.TopLevelComment.Snippet.ChannelID
		}
	}
	return ""
}

// comment reads a comment, or a reply to the comment parent.
func (in reader) comment(e *entry, parent, channel string) {
	s := &e.Snippet
	published, precision, ok := in.Clock.Read(s.PublishedAt)
	switch {
	case e.ID == "":
		in.Lacks("id")
		return
	case !ok:
		in.Lacks("a readable publishedAt")
		return
	}
	if s.ParentID != "" {
		parent = s.ParentID
	}
	item := parsers.Item{
		ID: e.ID, Thread: in.Thread.ID, Parent: parent, Kind: parsers.KindComment,
		Author:    parsers.Author{ID: s.Author.Value, Name: s.AuthorName},
		Published: published, Precision: precision,
		Text: s.Text,
	}
	if item.Text == "" {
		item.Text = s.TextDisplay
		if in.at.Query.Get("textFormat") != "plainText" {
			item.Text = api.Text(s.TextDisplay)
		}
	}
	if channel != "" && s.Author.Value == channel {
		item.Role = parsers.RoleOfficial
	}
	if edited, _, ok := in.Clock.Read(s.UpdatedAt); ok && edited.Lo.After(published.Hi) {
		item.Edited, item.EditedAt = true, edited
	}
	in.Item(item)
}
