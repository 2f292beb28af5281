// Package verbs reads the formats of fmt.Printf, as fmt does: which verb prints which argument.
//
//	r := verbs.Reader{Format: "%[2]d of %v\n", Args: 2}
//	for v, ok := r.Next(); ok; v, ok = r.Next() {
//		v.Verb, v.Arg // 'd', 1, and then 'v', 2: an argument that is missing
//	}
//	r.Unused() // the first argument that no verb is for
//
// A Reader lives as long as one format is read. The package prints nothing, and knows no values: which
// arguments are whole numbers, as a width must be, it takes for granted.
package verbs
