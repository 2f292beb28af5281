package work

import (
	"fmt"

	"github.com/parago/parago/procpool/internal/system"
	"github.com/parago/parago/procpool/internal/task"
)

// applyLimits sets the limits for this process. Slot numbers it among the workers of its pool.
func applyLimits(l *task.Limits, slot int) error {
	if len(l.CPUs) > 0 {
		if err := system.Pin(l.CPUs[slot%len(l.CPUs)]); err != nil {
			return fmt.Errorf("CPUs: %w", err)
		}
	}
	if l.Nice != 0 {
		if err := system.Renice(l.Nice); err != nil {
			return fmt.Errorf("Nice(%d): %w", l.Nice, err)
		}
	}
	if l.Memory != 0 {
		if err := system.Bound(l.Memory); err != nil {
			return fmt.Errorf("HardMemoryLimit(%d): %w", l.Memory, err)
		}
	}
	return nil
}
