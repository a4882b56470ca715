package ukwq

import (
	"strconv"
	"strings"

	"qulaq/parsers"
	"qulaq/parsers/api"
	"qulaq/parsers/jsonpage"
)

// answer is a list of questions, one question, or an error.
type answer struct {
	Total   int       `json:"totalResults"`
	Results *[]answer `json:"results"`
	Value   *question `json:"value"`

	Status int    `json:"status"`
	Title  string `json:"title"`
}

// question is a question with its answer, as far as it is read.
type question struct {
	ID     int64   `json:"id"`
	Member int64   `json:"askingMemberId"`
	Asker  *member `json:"askingMember"`
	Tabled string  `json:"dateTabled"`
	Text   string  `json:"questionText"`

	Body     int64  `json:"answeringBodyId"`
	BodyName string `json:"answeringBodyName"`

	Withdrawn  bool   `json:"isWithdrawn"`
	IsHolding  bool   `json:"answerIsHolding"`
	Held       string `json:"dateHoldingAnswer"`
	Answered   string `json:"dateAnswered"`
	AnswerText string `json:"answerText"`
	Corrected  string `json:"dateAnswerCorrected"`
}

type member struct {
	Name string `json:"name"`
}

// reader turns an answer into a result.
type reader struct {
	*api.Reading
	at api.Place
}

func (in reader) read(body []byte) *parsers.Refusal {
	var answer answer
	if refused := jsonpage.Unmarshal(body, &answer); refused != nil {
		return refused
	}
	switch {
	case answer.Status == 404 || answer.Title == "Not Found":
		return parsers.Refuse(parsers.Gone, "there is no such question")
	case answer.Status == 429 || answer.Status >= 500:
		return parsers.Refuse(parsers.Throttled, "the API says", strconv.Itoa(answer.Status), answer.Title)
	case in.at.Record == "" && answer.Results != nil:
		in.list(&answer)
	case in.at.Record != "" && answer.Value != nil:
		return in.question(answer.Value)
	default:
		return parsers.Refuse(parsers.Drift, "the answer has no results or value")
	}
	return nil
}

// list reads a page of questions, which it leads to. Its texts are cut, and would
// look edited beside those of the questions' own pages.
func (in reader) list(answer *answer) {
	for i := range *answer.Results {
		q := (*answer.Results)[i].Value
		if q == nil || q.ID <= 0 {
			in.Lacks("value.id")
			continue
		}
		tabled, ok := in.day(q.Tabled)
		if !ok {
			in.Lacks("a readable dateTabled")
			continue
		}
		thread := in.at.ThreadOf(strconv.FormatInt(q.ID, 10))
		thread.Published, thread.Declared = tabled, 1
		if q.Held != "" {
			thread.Declared++
		}
		if q.Answered != "" {
			thread.Declared++
		}
		in.Lead(thread)
	}
	in.Next = in.at.After(len(*answer.Results), answer.Total)
	in.Settle("question")
}

// question reads a question with what the body said to it.
func (in reader) question(q *question) *parsers.Refusal {
	id := in.Thread.ID
	if strconv.FormatInt(q.ID, 10) != id {
		return parsers.Refuse(parsers.Drift, "another question than", id)
	}
	in.Addressee = q.BodyName
	asked := parsers.Item{
		ID: id, Thread: id, Kind: parsers.KindQuestion, Role: parsers.RoleCitizen,
		Author: parsers.Author{ID: "member/" + strconv.FormatInt(q.Member, 10)},
		Text:   api.Text(q.Text),
	}
	if q.Asker != nil {
		asked.Author.Name = q.Asker.Name
	}
	if q.Withdrawn {
		asked.Outcome = "withdrawn"
	}
	if !in.add(asked, q.Tabled, "dateTabled") {
		in.Settle("question")
		return nil
	}
	held := q.Held
	if q.IsHolding && held == "" {
		held = q.Answered
	}
	if held != "" {
		reply := in.reply(q, "/holding", parsers.KindComment)
		reply.Outcome = "holding"
		if q.IsHolding { // else the answer's text has taken its place
			reply.Text = api.Text(q.AnswerText)
		}
		in.add(reply, held, "dateHoldingAnswer")
	}
	if q.Answered != "" && !q.IsHolding {
		reply := in.reply(q, "/answer", parsers.KindAnswer)
		reply.Text = api.Text(q.AnswerText)
		if at, ok := in.day(q.Corrected); ok {
			reply.Edited, reply.EditedAt = true, at
		}
		in.add(reply, q.Answered, "dateAnswered")
	}
	in.Settle("question")
	return nil
}

func (in reader) reply(q *question, suffix string, kind parsers.Kind) parsers.Item {
	return parsers.Item{
		ID: in.Thread.ID + suffix, Thread: in.Thread.ID, Parent: in.Thread.ID, Nested: true, Kind: kind, Role: parsers.RoleOfficial,
		Author: parsers.Author{ID: "body/" + strconv.FormatInt(q.Body, 10), Name: q.BodyName},
	}
}

// add adds an item of a day, or notes that its day cannot be read.
func (in reader) add(item parsers.Item, day, field string) bool {
	var ok bool
	if item.Published, ok = in.day(day); !ok {
		in.Lacks("a readable " + field)
		return false
	}
	item.Precision = parsers.PrecisionDay
	return in.Item(item)
}

// day reads a date that is printed as midnight.
func (in reader) day(s string) (parsers.Span, bool) {
	day, _, _ := strings.Cut(s, "T")
	span, _, ok := in.Clock.Read(day)
	return span, ok
}
