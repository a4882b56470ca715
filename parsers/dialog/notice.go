package dialog

import (
	"regexp"
	"strings"
)

// The outcomes of a question beside being published.
const (
	underReview = "under_review"
	rejected    = "rejected"
)

// notice is what the portal shows in place of a question that it does not
// publish.
type notice struct {
	outcome string
	blog    string // to whom it was put: a post and its body, with a person's name
	day     string // of the rejection, as printed
}

// noticeShape is the whole of a notice: "Обращение с регистрационным номером
// 766297, направленное в Блог <кому> находится на рассмотрении у ГО" or "…
// отклонено ГО 25.08.2026". A citizen's text that merely begins like that is none.
var noticeShape = regexp.MustCompile(`^Обращение с регистрационным номером \d+(?:/\d+)?, направленное в Блог (.{0,500}?) ?(?:(находится на рассмотрении у ГО)|отклонено ГО (\d{2}\.\d{2}\.\d{4}))\.?$`)

// readNotice tells whether a text is a notice, and which.
func readNotice(text string) (notice, bool) {
	m := noticeShape.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	switch {
	case m == nil:
		return notice{}, false
	case m[2] != "":
		return notice{outcome: underReview, blog: m[1]}, true
	default:
		return notice{outcome: rejected, blog: m[1], day: m[3]}, true
	}
}
