package procpool_test

var sharedFuncs = []any{}
