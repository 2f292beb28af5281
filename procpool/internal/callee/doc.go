// Package callee is functions that another process can find: how the caller's process makes out what a function
// value is, and how the other one finds and calls it.
//
//	table := callee.New(node)
//	c, err := table.Resolve(square)     // in the caller: a Callee, its captures encoded
//	body := table.Define(frame)         // in the other process: a Body
//	result, fail := callee.Invoke(body, args, encode)
//
// There is one [Table] for a process. A [Callee] is held from Resolve to Drop: what goes along with it stays in
// memory meanwhile, and it is forgotten when no call uses it. A [Body] lives until its parent says that no call uses it.
//
// It sends nothing, and never calls a function in the process that submits it, unless that is a Serial pool.
package callee
