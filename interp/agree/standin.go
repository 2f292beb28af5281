package agree

// StandIn is what stands in for a function, which is of the same type; "" if nothing does.
func StandIn(name string) string { return funcs[name] }

// WaitStandIn is what stands in for a method that can block for ever; "" if nothing does.
func WaitStandIn(method string) string { return waits[method] }

var funcs = map[string]string{
	"os.Exit":     "Exit",
	"log.Fatal":   "Fatal",
	"log.Fatalf":  "Fatalf",
	"log.Fatalln": "Fatalln",
	"time.Sleep":  "Sleep",
	"fmt.Scan":    "Scan",
	"fmt.Scanf":   "Scanf",
	"fmt.Scanln":  "Scanln",

	"fmt.Print":    "Print",
	"fmt.Printf":   "Printf",
	"fmt.Println":  "Println",
	"fmt.Sprint":   "Sprint",
	"fmt.Sprintf":  "Sprintf",
	"fmt.Sprintln": "Sprintln",
	"fmt.Fprint":   "Fprint",
	"fmt.Fprintf":  "Fprintf",
	"fmt.Fprintln": "Fprintln",
	"fmt.Append":   "Append",
	"fmt.Appendf":  "Appendf",
	"fmt.Appendln": "Appendln",
	"fmt.Errorf":   "Errorf",
	"log.Print":    "LogPrint",
	"log.Printf":   "LogPrintf",
	"log.Println":  "LogPrintln",
}

var waits = map[string]string{
	"(*sync.Mutex).Lock":     "Lock",
	"(*sync.RWMutex).Lock":   "RWLock",
	"(*sync.RWMutex).RLock":  "RLock",
	"(*sync.WaitGroup).Wait": "WaitGroup",

	"(*os/exec.Cmd).Run":            "RunCommand",
	"(*os/exec.Cmd).Wait":           "WaitCommand",
	"(*os/exec.Cmd).Output":         "OutputCommand",
	"(*os/exec.Cmd).CombinedOutput": "CombinedOutputCommand",
}
