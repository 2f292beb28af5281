package view

import (
	"fmt"
	"strings"
	"time"
)

// Progress is how far a call is.
type Progress struct {
	Name    string
	Total   int // elements; less than 0: nobody knows yet
	Done    int // elements with an outcome, Failed among them
	Failed  int
	Retried int // attempts that were followed by another one
	Rate    float64
	Elapsed time.Duration
	Over    bool
	Why     string // it was over before all elements were done: "canceled"
	Workers []Worker
}

// A Worker is what one worker does for a call.
type Worker struct {
	Name    string
	Element int // that it runs; less than 0: none
	Done    int // elements of this call
	Gone    bool
}

// barWidth is how many characters the bar of plain text has.
const barWidth = 20

// String is p on one line, with a bar if there is a total.
func (p Progress) String() string {
	parts := []string{p.Name}
	if p.Total >= 0 {
		full := barWidth
		if p.Total > 0 {
			full = barWidth * min(p.Done, p.Total) / p.Total
		}
		parts = append(parts, strings.Repeat("█", full)+strings.Repeat("░", barWidth-full))
	}
	return strings.Join(append(parts, p.facts()...), "  ")
}

// Line is p on one line, without a bar.
func (p Progress) Line() string { return strings.Join(append([]string{p.Name}, p.facts()...), "  ") }

// facts are p in a few words each: how much, how fast, how long.
func (p Progress) facts() []string {
	facts := []string{p.count()}
	if !p.Over && p.Total > 0 {
		facts = append(facts, fmt.Sprintf("%d%%", 100*p.Done/p.Total))
	}
	if p.Over {
		facts = append(facts, Duration(p.Elapsed))
	}
	if p.Rate > 0 {
		facts = append(facts, Number(p.Rate)+"/s")
	}
	if left, ok := p.left(); ok {
		left = max(left.Round(time.Second), time.Second) // it is a guess
		facts = append(facts, Duration(left)+" left")
	}
	if p.Failed > 0 {
		facts = append(facts, fmt.Sprintf("%d failed", p.Failed))
	}
	if p.Retried > 0 {
		facts = append(facts, fmt.Sprintf("%d retried", p.Retried))
	}
	if p.Why != "" {
		facts = append(facts, p.Why)
	}
	return facts
}

func (p Progress) count() string {
	switch {
	case p.Total >= 0:
		return fmt.Sprintf("%d/%d", p.Done, p.Total)
	case p.Over:
		return fmt.Sprintf("%d done", p.Done)
	}
	return fmt.Sprintf("%d so far", p.Done)
}

// left is how long it will take, as far as can be told.
func (p Progress) left() (time.Duration, bool) {
	if p.Over || p.Rate <= 0 || p.Total <= p.Done {
		return 0, false
	}
	s := float64(p.Total-p.Done) / p.Rate
	if s > 1e6 {
		return 0, false
	}
	return time.Duration(s * float64(time.Second)), true
}
