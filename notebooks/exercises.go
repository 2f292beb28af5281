package notebooks

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// exercises holds what each exercise may print. The numbers are those of the tutorials'
// examples, in their order; names are Parago's own.
var exercises = map[string]func(given) error{
	"first":        firstPool,
	"first-result": resultIs("ACCRA", "BERGEN", "CUSCO", "DAKAR", "ESBJERG", "FUKUOKA", "GOA", "HOBART"),
	"first-again":  resultIs("Accra has 5 letters", "Bergen has 6 letters"),

	"01": squaresInTwoWrites,
	"02": prints("Hello, Alice! This is a child process.\nMain process exiting\n"),
	"03": prints("Results: [1 4 9 16 25]\n"),

	"04":        prints("Number: 0\nNumber: 1\nNumber: 2\nNumber: 3\nNumber: 4\n"),
	"05":        threeTasks,
	"05-time":   between(`^(\d+\.\d) seconds, and not 6\n$`, 2, 5.9),
	"06":        between(`^Final Counter Value: (\d+)\n$`, 2, 200000),
	"06-locked": prints("Final Counter Value: 200000\n"),
	"06-atomic": prints("Final Counter Value: 200000\n"),
	"07":        prints("Squared Results: [1 4 9 16 25]\n"),
	"08":        prints(strings.Join(append(numbered("Produced: %d\n", 0, 4), numbered("Consumed: %d\n", 0, 4)...), "")),

	"09": prints("Hello, Alice!\nProcess has finished\n"),
	"10": prints("[1 4 9 16 25 36 49 64 81]\n"),
	"11": namesOfWorkers,

	"12":      interleaves(numbered("Number: %d", 1, 5), numbered("Number: %d", 1, 5)),
	"13":      twoOfAType,
	"14":      prints("25\n"),
	"15":      prints("[1 2 3]\n"),
	"16":      prints("15\n[2 3 4]\n"),
	"17":      prints("[1 4 9 16 25]\n"),
	"18":      afterItsCell(numbered("Number: %d", 1, 5)),
	"18-join": prints(""),
	"18-late": afterItsCell(numbered("Background: %d", 1, 5)),
	"18-wait": prints("This cell waits.\nThe background process has ended.\n"),

	"19": interleaves(numbered("Worker: %d", 0, 0), numbered("Worker: %d", 1, 1), numbered("Worker: %d", 2, 2),
		numbered("Worker: %d", 3, 3), numbered("Worker: %d", 4, 4)),
	"20": prints("[0 1 4 9 16 25 36 49 64 81]\n"),

	"beyond-death":    prints("[\"ACCRA\" \"BERGEN\" \"\" \"DAKAR\"]\ntrue 3\n"),
	"beyond-retry":    prints("[70] <nil> 3\n"),
	"beyond-stream":   prints("0 1 8 27 64 \n"),
	"beyond-timeout":  prints("[\"1ms\" \"\" \"2ms\"] true\n"),
	"beyond-dict":     prints("5 4 <nil>\n"),
	"beyond-actor":    prints("110 <nil> <nil>\n"),
	"beyond-progress": prints("[30 50 20 40 60 10 30 20] <nil>\n"),
}

var visitLine = regexp.MustCompile(`^(PoolWorker-\d+): (arriving in|leaving) (\w+)$`)

// firstPool wants each worker to leave where it has arrived before it arrives elsewhere,
// and workers to be on their visits at the same time.
func firstPool(g given) error {
	lines, err := g.lines()
	if err != nil || len(lines) != 17 {
		return errors.Join(err, fmt.Errorf("%d lines, want 17: %q", len(lines), g.text))
	}
	at := map[string]string{} // worker → city
	visited := map[string]bool{}
	workers := map[string]bool{}
	most := 0
	for _, line := range lines[:16] {
		m := visitLine.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("unexpected line %q", line)
		}
		worker, city := m[1], m[3]
		want := city
		if m[2] == "arriving in" {
			want = ""
		}
		if at[worker] != want {
			return fmt.Errorf("%q, but the worker is in %q", line, at[worker])
		}
		if at[worker] = ""; want == "" {
			at[worker], visited[city] = city, true
		}
		workers[worker] = true
		most = max(most, busy(at))
	}
	if len(visited) != 8 || len(workers) > 4 || most < 2 {
		return fmt.Errorf("%d cities, %d workers, at most %d visits at a time; want 8, at most 4, at least 2", len(visited), len(workers), most)
	}
	return between(`^8 visits, (\d+) seconds$`, 2, 7)(given{text: lines[16]})
}

// busy counts the workers that are somewhere.
func busy(at map[string]string) (n int) {
	for _, city := range at {
		if city != "" {
			n++
		}
	}
	return n
}

var squareAtom = regexp.MustCompile(`The square of (\d) is (\d+)|\n|.`)

// squaresInTwoWrites wants five texts and five ends of line. Each of the two workers
// writes a text before its end of line, so never more than two texts are without one.
func squaresInTwoWrites(g given) error {
	open, seen := 0, map[int]bool{}
	for _, atom := range squareAtom.FindAllStringSubmatch(g.text, -1) {
		number, _ := strconv.Atoi(atom[1])
		square, _ := strconv.Atoi(atom[2])
		switch {
		case atom[0] == "\n":
			open--
		case atom[1] == "":
			return fmt.Errorf("unexpected text %q in %q", atom[0], g.text)
		case seen[number] || number < 1 || number > 5 || square != number*number:
			return fmt.Errorf("unexpected %q in %q", atom[0], g.text)
		default:
			seen[number] = true
			open++
		}
		if open < 0 || open > 2 {
			return fmt.Errorf("an end of line is out of order in %q", g.text)
		}
	}
	if open != 0 || len(seen) != 5 {
		return fmt.Errorf("%d texts without an end of line, %d texts in all; want 0 and 5: %q", open, len(seen), g.text)
	}
	return nil
}

var workerAtom = regexp.MustCompile(`Process (PoolWorker-\d+): (\d)|\n|.`)

// namesOfWorkers wants each number once, said by one of at most four workers.
func namesOfWorkers(g given) error {
	open, numbers, names := 0, map[string]bool{}, map[string]bool{}
	for _, atom := range workerAtom.FindAllStringSubmatch(g.text, -1) {
		switch {
		case atom[0] == "\n":
			open--
		case atom[1] == "" || numbers[atom[2]] || !strings.Contains("1234", atom[2]):
			return fmt.Errorf("unexpected %q in %q", atom[0], g.text)
		default:
			numbers[atom[2]], names[atom[1]] = true, true
			open++
		}
		if open < 0 || open > len(names) {
			return fmt.Errorf("an end of line is out of order in %q", g.text)
		}
	}
	if open != 0 || len(numbers) != 4 || len(names) > 4 {
		return fmt.Errorf("%d texts without an end of line, %d numbers, %d workers; want 0, 4 and at most 4: %q",
			open, len(numbers), len(names), g.text)
	}
	return nil
}

// threeTasks wants all to start before any completes, and the parent to be last.
func threeTasks(g given) error {
	lines, err := g.lines()
	if err != nil || len(lines) != 7 {
		return errors.Join(err, fmt.Errorf("%d lines, want 7: %q", len(lines), g.text))
	}
	starting, complete := slices.Clone(lines[:3]), slices.Clone(lines[3:6])
	slices.Sort(starting)
	slices.Sort(complete)
	got := slices.Concat(starting, complete, lines[6:])
	want := slices.Concat(numbered("Task Process-%d is starting...", 0, 2),
		numbered("Task Process-%d is complete.", 0, 2), []string{"All processes are complete."})
	if !slices.Equal(got, want) {
		return fmt.Errorf("printed %q", lines)
	}
	return nil
}

var myProcessLine = regexp.MustCompile(`^Process (MyProcess-\d+): (\d)$`)

// twoOfAType wants two names of the type, each of which counts from 1 to 5.
func twoOfAType(g given) error {
	lines, err := g.lines()
	if err != nil {
		return err
	}
	last := map[string]int{}
	for _, line := range lines {
		m := myProcessLine.FindStringSubmatch(line)
		if m == nil {
			return fmt.Errorf("unexpected line %q", line)
		}
		if n, _ := strconv.Atoi(m[2]); n != last[m[1]]+1 {
			return fmt.Errorf("%q follows %d in %q", line, last[m[1]], lines)
		}
		last[m[1]]++
	}
	if counts := slices.Collect(maps.Values(last)); !slices.Equal(counts, []int{5, 5}) {
		return fmt.Errorf("the processes counted to %v, want [5 5]: %q", counts, lines)
	}
	return nil
}

// afterItsCell wants the lines in order, all of them if late output is kept.
func afterItsCell(want []string) func(given) error {
	return func(g given) error {
		lines, err := g.lines()
		switch {
		case err != nil:
			return err
		case len(lines) > len(want) || !slices.Equal(lines, want[:len(lines)]):
			return fmt.Errorf("printed %q, want %q", lines, want)
		case g.late && len(lines) < len(want):
			return fmt.Errorf("printed %q, and the rest of %q is missing", lines, want)
		}
		return nil
	}
}

// between wants a text that holds one number within bounds.
func between(pattern string, low, high float64) func(given) error {
	re := regexp.MustCompile(pattern)
	return func(g given) error {
		m := re.FindStringSubmatch(g.text)
		if m == nil {
			return fmt.Errorf("printed %q, want %s", g.text, pattern)
		}
		if n, err := strconv.ParseFloat(m[1], 64); err != nil || n < low || n > high {
			return fmt.Errorf("printed %q, want a number from %g to %g", g.text, low, high)
		}
		return nil
	}
}

// resultIs wants a result that holds the words in order, and nothing printed.
func resultIs(words ...string) func(given) error {
	return func(g given) error {
		rest := g.result
		for _, w := range words {
			_, after, ok := strings.Cut(rest, w)
			if !ok {
				return fmt.Errorf("the result is %q, want %q in it, in this order", g.result, words)
			}
			rest = after
		}
		return prints("")(g)
	}
}
