package notebooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Notebook is an nbformat 4.5 document.
type Notebook struct {
	Metadata map[string]any
	Cells    []*Cell
}

// A Cell is one cell of a notebook.
type Cell struct {
	Type     string // "code", "markdown" or "raw"
	ID       string
	Metadata map[string]any
	Source   string

	// Attachments are those of a markdown or raw cell, nil if it has none.
	Attachments map[string]any

	// Count and Outputs are those of a code cell. Count is 0 before it has run.
	Count   int
	Outputs []*Output
}

// An Output is one output of a code cell. Which fields count depends on Type.
type Output struct {
	Type string // "stream", "display_data", "execute_result" or "error"

	Name string // stream: "stdout" or "stderr"
	Text string // stream

	Data     map[string]any // display_data, execute_result: a MIME bundle
	Metadata map[string]any // display_data, execute_result
	Count    int            // execute_result

	Ename, Evalue string   // error
	Traceback     []string // error
}

// Tagged reports whether the cell carries a tag.
func (c *Cell) Tagged(tag string) bool {
	tags, _ := c.Metadata["tags"].([]any)
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

// Read reads a notebook from a file. Its error names the file and what is wrong there.
func Read(path string) (*Notebook, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	nb, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return nb, nil
}

// Parse reads a notebook of nbformat 4.0 to 4.5. Cells without an id get one.
func Parse(data []byte) (*Notebook, error) {
	var doc notebookJSON
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber() // numbers in metadata come back as they were written
	if err := d.Decode(&doc); err != nil {
		return nil, notJSON(data, err)
	}
	switch {
	case doc.Nbformat == 0:
		return nil, errors.New("not a notebook: it has no nbformat")
	case doc.Nbformat != 4:
		return nil, fmt.Errorf("nbformat %d is not supported; `jupyter nbconvert --to notebook` brings it to 4", doc.Nbformat)
	}
	nb := &Notebook{Metadata: doc.Metadata}
	if nb.Metadata == nil {
		nb.Metadata = map[string]any{}
	}
	for i, c := range doc.Cells {
		cell, err := c.cell(i)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i+1, err)
		}
		nb.Cells = append(nb.Cells, cell)
	}
	return nb, uniqueIDs(nb.Cells)
}

// notJSON says where the text stops being JSON.
func notJSON(data []byte, err error) error {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
		return fmt.Errorf("not a notebook: line %d: %w", line, err)
	}
	return fmt.Errorf("not a notebook: %w", err)
}

func uniqueIDs(cells []*Cell) error {
	seen := map[string]int{}
	for i, c := range cells {
		if first, ok := seen[c.ID]; ok {
			return fmt.Errorf("cells %d and %d have the same id %q", first+1, i+1, c.ID)
		}
		seen[c.ID] = i
	}
	return nil
}

// Write replaces a file by the notebook, as a whole: a reader never sees half of it.
func (nb *Notebook) Write(path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".ipynb-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = tmp.Write(nb.Encode())
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Encode is the notebook's text in the form that Jupyter saves: one space of
// indentation, sorted keys, text as a list of lines.
func (nb *Notebook) Encode() []byte {
	cells := make([]any, len(nb.Cells))
	for i, c := range nb.Cells {
		cells[i] = c.encode()
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(map[string]any{
		"cells": cells, "metadata": object(nb.Metadata), "nbformat": 4, "nbformat_minor": 5,
	})
	if err != nil {
		panic(err) // all of it came from JSON, or is text
	}
	return b.Bytes()
}

// splitLines is nbformat's form of a long text: lines that keep their ends.
func splitLines(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
