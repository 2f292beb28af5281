package procpool_test

var poolFuncs = []any{}
