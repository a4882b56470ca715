package epetition

import (
	"fmt"
	"strings"
	"time"

	"qulaq/parsers"
	"qulaq/parsers/htmlpage"
	"qulaq/parsers/stamp"
	"qulaq/parsers/when"
)

// reader turns an answer into a result.
type reader struct {
	at   address
	page parsers.Page
}

// list reads a page of the list of petitions.
func (in reader) list(answer *answer, r *parsers.Result) *parsers.Refusal {
	seen := map[string]bool{}
	for i := range *answer.Content {
		e := &(*answer.Content)[i]
		if !isID(e.ID) {
			return parsers.Refuse(parsers.Drift, "a petition is without id")
		}
		at := in.at
		at.place, at.id = onPetition, strings.ToLower(e.ID)
		thread := at.thread()
		thread.Published, _, _ = in.time(e.ApplyDate) // the list need not tell it
		if !seen[thread.ID] {
			seen[thread.ID] = true
			r.Found = append(r.Found, thread)
		}
	}
	r.State = parsers.OK
	switch {
	case len(r.Found) == 0:
		r.State, r.Reason = parsers.Empty, "the list has no petitions"
	case !answer.Last:
		size := in.at.size
		if size == 0 {
			size = listSize
		}
		next := in.at.list(in.at.page+1, size)
		r.Next = &next
	}
	return nil
}

// petition reads a petition and, if there is one, the decision on it. Its
// comments follow on the next pages.
func (in reader) petition(answer *answer, r *parsers.Result) *parsers.Refusal {
	published, precision, ok := in.time(answer.ApplyDate)
	text, _ := htmlpage.Fragment(answer.Description)
	switch {
	case !strings.EqualFold(answer.ID, in.at.id):
		return parsers.Refuse(parsers.Drift, fmt.Sprintf("petition %q in the answer for %s", answer.ID, in.at.id))
	case !ok:
		return parsers.Refuse(parsers.Drift, "the petition is without applyDate")
	case answer.Title == "" && text == "":
		return parsers.Refuse(parsers.Drift, "the petition is without title and description")
	}
	r.Thread.Published = published
	if r.Addressee = answer.Organization.Russian; r.Addressee == "" {
		r.Addressee = answer.Organization.Kazakh
	}
	r.State = parsers.OK
	r.Items = append(r.Items, parsers.Item{
		ID:        in.at.id,
		Thread:    in.at.id,
		Kind:      parsers.KindQuestion,
		Role:      parsers.RoleCitizen,
		Author:    parsers.Author{Name: strings.TrimSpace(answer.Applicant.FirstName + " " + answer.Applicant.LastName)},
		Published: published,
		Precision: precision,
		Text:      strings.TrimSpace(answer.Title + "\n" + text),
		Outcome:   strings.ToLower(answer.State),
	})
	r.Next = in.at.comments(0, commentsSize)
	if answer.Decision == nil {
		return nil
	}
	said, _ := htmlpage.Fragment(answer.Decision.Russian)
	if said == "" {
		said, _ = htmlpage.Fragment(answer.Decision.Kazakh)
	}
	published, precision, ok = in.time(answer.Decision.Date)
	if !ok || said == "" {
		r.State, r.Reason = parsers.Partial, "the decision is without replyDate or message"
		return nil
	}
	r.Items = append(r.Items, parsers.Item{
		ID:        in.at.id + "/decision",
		Thread:    in.at.id,
		Parent:    in.at.id,
		Nested:    true,
		Kind:      parsers.KindAnswer,
		Role:      parsers.RoleOfficial,
		Author:    parsers.Author{Name: r.Addressee},
		Published: published,
		Precision: precision,
		Text:      said,
	})
	return nil
}

// comments reads a page of the comments on a petition.
func (in reader) comments(answer *answer, r *parsers.Result) *parsers.Refusal {
	missing := ""
	seen := map[string]bool{}
	replies := 0 // counted by their parents, less those that are shown
	for i := range *answer.Content {
		e := &(*answer.Content)[i]
		published, precision, ok := in.time(e.Created)
		id := strings.ToLower(e.ID)
		switch {
		case e.PetitionID != "" && !strings.EqualFold(e.PetitionID, in.at.id):
			return parsers.Refuse(parsers.Drift, fmt.Sprintf("a comment on %s in the answer for %s", e.PetitionID, in.at.id))
		case !isID(id):
			missing = "id"
			continue
		case !ok:
			missing = "createdDate"
			continue
		case seen[id]:
			continue
		}
		seen[id] = true
		item := parsers.Item{
			ID: id, Thread: in.at.id, Kind: parsers.KindComment,
			Author:    parsers.Author{Name: e.Name},
			Published: published, Precision: precision,
		}
		item.Text, item.Quoted = htmlpage.Fragment(e.Comment)
		replies += max(0, e.Replies)
		if parent := strings.ToLower(e.ParentID); isID(parent) && parent != id {
			item.Parent = parent
			replies--
		}
		r.Items = append(r.Items, item)
	}
	r.Counted = len(r.Items)
	if answer.Total != nil {
		r.Declared = *answer.Total + max(0, replies)
	}
	switch {
	case missing != "" && len(r.Items) == 0:
		return parsers.Refuse(parsers.Drift, "no comment has "+missing)
	case missing != "":
		r.State, r.Reason = parsers.Partial, "a comment is without "+missing
	case len(r.Items) == 0:
		r.State, r.Reason = parsers.Empty, "nobody has commented"
	default:
		r.State = parsers.OK
	}
	if !answer.Last && len(*answer.Content) > 0 {
		size := in.at.size
		if size == 0 {
			size = len(*answer.Content)
		}
		r.Next = in.at.comments(in.at.page+1, size)
	}
	return nil
}

// time reads a time of the portal. One without a zone is read both as the clock
// of the source and as UTC.
func (in reader) time(printed string) (parsers.Span, parsers.Precision, bool) {
	local, err := when.Grammar{Shapes: when.ISO, Zone: in.page.Zone}.Parse(printed, when.Context{})
	if err != nil {
		return parsers.Span{}, "", false
	}
	utc, err := when.Grammar{Shapes: when.ISO, Zone: time.UTC}.Parse(printed, when.Context{})
	if err != nil {
		return parsers.Span{}, "", false
	}
	span, precision := local.Span, local.Precision
	if local.Span != utc.Span {
		if precision != parsers.PrecisionDay {
			precision = parsers.PrecisionHour
		}
		if utc.Span.Lo.Before(span.Lo) {
			span.Lo = utc.Span.Lo
		}
		if utc.Span.Hi.After(span.Hi) {
			span.Hi = utc.Span.Hi
		}
		if seen := in.page.Seen.UTC().Truncate(time.Millisecond); span.Hi.After(seen) && !span.Lo.After(seen) {
			span.Hi = seen // a reading that has not come yet is the wrong one
		}
	}
	span, ok := stamp.Seen(span, in.page.Seen)
	return span, precision, ok
}
