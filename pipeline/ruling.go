package pipeline

import "qulaq/pipeline/language"

// What a platform itself says of an item (parsers.Item.Outcome) goes before what
// the item's words say.

// told is the class of a reply that its platform tells; false when it tells none.
// The words are those of the platforms: of the UK's written questions (holding), of
// Alaveteli (described_state) and Froide (status), where the person who asked has
// labelled the reply, and of Open311.
func told(u *utterance) (language.Class, bool) {
	switch u.Outcome {
	case "holding":
		return language.Acknowledgement, true
	case "rejected", "refused":
		return language.Refusal, true
	case "successful", "partially_successful":
		return language.Substantive, true
	case "waiting_clarification":
		return language.Acknowledgement, true
	case "closed":
		// Of a case that is closed the status alone says nothing else; a note may
		// say what was done.
		return language.Closing, u.textHash == ""
	}
	return "", false
}

// ends tells whether what a platform says of a need ends the wait for a reply: what
// was rejected (dialog.egov.kz) or withdrawn nobody will answer any more. It is
// neither answered nor met with silence.
func ends(outcome string) bool {
	switch outcome {
	case "rejected", "withdrawn", "user_withdrawn", "user_withdrew", "user_withdrew_costs":
		return true
	}
	return false
}
