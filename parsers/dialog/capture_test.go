package dialog

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// No page of the portal was ever saved with its markup, only the texts of its
// cards; see ../shared/captures/README.md.
func TestCapturedNotices(t *testing.T) {
	file, err := os.Open("../../../shared/captures/kz_portals/dialog_egov_focused_sample.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("no captured pages beside the repository (../shared/captures)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const text, date = 1, 3
	outcomes := map[string]int{}
	var days []int
	for _, row := range rows[1:] {
		n, _ := readNotice(row[text])
		outcomes[n.outcome]++
		if n.outcome != rejected {
			continue
		}
		asked, err1 := time.Parse("02.01.2006", row[date])
		refused, err2 := time.Parse("02.01.2006", n.day)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		days = append(days, int(refused.Sub(asked).Hours()/24))
	}
	if diff := cmp.Diff(map[string]int{rejected: 12, underReview: 12, "": 6}, outcomes); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	slices.Sort(days)
	if diff := cmp.Diff([]int{1, 1, 1, 2, 3, 3, 5, 5, 7, 13, 14, 258}, days); diff != "" {
		t.Errorf("days until the rejection (-want +got):\n%s", diff)
	}
}
