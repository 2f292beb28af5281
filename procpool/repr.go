package procpool

import (
	"fmt"
	"strings"
	"syscall"

	"github.com/parago/parago/procpool/internal/system"
)

// String describes the process as Python's repr does:
//
//	<Process name='Process-3' pid=71 parent=70 stopped exitcode=-SIGTERM daemon>
//
// Other words in place of stopped are initial, started, closed, and unknown for a process
// that was not started here.
func (p *Process) String() string {
	state, _ := p.lookAt()
	if state == stateUnmade {
		return "<Process that NewProcess has not made>"
	}
	class := p.class
	if class == "" {
		class = "Process"
	}
	fields := []string{class, "name=" + quoted(p.Name)}
	if pid := p.PID(); pid != 0 {
		fields = append(fields, fmt.Sprint("pid=", pid))
	}
	if p.parentPID != 0 {
		fields = append(fields, fmt.Sprint("parent=", p.parentPID))
	}
	code, exited := p.ExitCode()
	fields = append(fields, stateWord(state, exited))
	if exited && state != stateClosed {
		fields = append(fields, "exitcode="+codeText(code))
	}
	if p.Daemon {
		fields = append(fields, "daemon")
	}
	return "<" + strings.Join(fields, " ") + ">"
}

func stateWord(s processState, exited bool) string {
	switch {
	case s == stateClosed:
		return "closed"
	case s == stateForeign:
		return "unknown"
	case s == stateNew:
		return "initial"
	case exited:
		return "stopped"
	}
	return "started"
}

// codeText names the signal of a negative exit code.
func codeText(code int) string {
	if name := system.SignalNames[syscall.Signal(-code)]; code < 0 && name != "" {
		return "-" + name
	}
	return fmt.Sprint(code)
}

func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'"
}
