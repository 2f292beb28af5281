package node

import "testing"

// TestRunningOverlaps has elements of several pools of one process end in any order: nothing runs in the end.
func TestRunningOverlaps(t *testing.T) {
	for _, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		var task RunningTask
		all := [3]*Running{{First: 0}, {First: 1}, {First: 2}}
		for _, r := range all {
			task.Begin(r)
		}
		left := map[*Running]bool{all[0]: true, all[1]: true, all[2]: true}
		for _, i := range order {
			task.End(all[i])
			delete(left, all[i])
			if now := task.Now.Load(); (now == nil) != (len(left) == 0) || now != nil && !left[now] {
				t.Errorf("%v: after the end of %d %v runs", order, i, now)
			}
		}
	}
	var task RunningTask
	late := &Running{}
	task.End(late) // its time was over before it began
	task.Begin(late)
	if now := task.Now.Load(); now != nil {
		t.Errorf("%v runs, which was left behind", now)
	}
}
