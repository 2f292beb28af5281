// Package notebooks reads, runs, shows, writes and checks notebooks, and is the folder
// of Parago's own: the exercises of five Python multiprocessing tutorials in Go, and what goes beyond them.
//
//	nb, err := notebooks.Read("01-first-pool.ipynb")
//	err = notebooks.Run(ctx, nb, notebooks.Options{Kernel: k, Observer: notebooks.NewPrinter(os.Stdout, false)})
//	err = nb.Write("executed.ipynb")
//	err = notebooks.Check(nb, notebooks.CheckOptions{LateOutput: true})
//
// # The life of a Notebook
//
// Read parses nbformat 4 and brings it to 4.5. Parameterize may add a cell. Run drops
// old outputs, hands each code cell to a Kernel and keeps what comes back, cell by cell,
// in the form that nbclient stores; what arrives late is kept with the cell that it
// belongs to. The Notebook is valid at each moment, so it can be written also when a
// cell has failed. Check then compares what the exercises printed with what they may
// print: most of them are parallel, and no two runs are alike.
//
// # What it never does
//
// It knows no sockets and starts no process: a Kernel is whatever runs cells.
package notebooks
