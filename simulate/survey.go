package simulate

import "qulaq/registry"

// survey is what an invented study of the republic would have found. Its words are
// those of a real one, so that they are known in all languages; its figures are not.
func survey() *registry.Survey {
	return &registry.Survey{
		Study: registry.Study{
			Citation: "An invented study of the Republic of Qiyal; nobody was asked", Asked: "2025-06", Respondents: 800, Discussed: "2025-07",
			Tables: registry.StudyTables{Attention: "1", Principles: "2", Mentions: "3"},
		},
		Attention: []registry.Opinion{
			{Statement: "Central state authorities", Yes: 44, No: 41, Unknown: 15, Beside: []string{registry.Central}},
			{Statement: "Local municipalities", Yes: 38, No: 47, Unknown: 15, Beside: []string{registry.Regional, registry.Local}},
		},
		Principles: []registry.Opinion{
			{Statement: "State officials started to hear about citizens' problems", Yes: 50, No: 30, Unknown: 20, Beside: []string{registry.BesideAny}},
			{Statement: "State bodies began to respond quickly to the needs of the population", Yes: 40, No: 40, Unknown: 20, Beside: []string{registry.BesideMedian}},
			{Statement: "Pluralism of opinions (different points of view) is accepted", Yes: 35, No: 45, Unknown: 20},
			{Statement: "High-quality consideration by state bodies of citizens' appeals and requests", Yes: 30, No: 50, Unknown: 20, Beside: []string{registry.BesideSubstantive}},
		},
		Mentions: []registry.Mention{
			{Theme: "Lack of Responsiveness", Category: "Healthcare", Frequency: 20, Beside: "healthcare"},
			{Theme: "Lack of Responsiveness", Category: "Education", Frequency: 15, Beside: "education"},
			{Theme: "Lack of Responsiveness", Category: "Employment", Frequency: 10, Beside: "employment"},
			{Theme: "Frustration with public services", Category: "Frustration with public services", Frequency: 25, Beside: "public_services"},
		},
	}
}
