package bridge

// compile makes the program have the types that glue takes for compiled (package glue says
// why), so that reflect finds them and does not make its own.
func compile() (types [][]any) {
	return [][]any{
		shapes[bool](), shapes[string](), shapes[error](), shapes[any](),
		shapes[int](), shapes[int8](), shapes[int16](), shapes[int32](), shapes[int64](),
		shapes[uint](), shapes[uint8](), shapes[uint16](), shapes[uint32](), shapes[uint64](), shapes[uintptr](),
		shapes[float32](), shapes[float64](), shapes[complex64](), shapes[complex128](),
	}
}

// shapes are the types, made of a T, that a program is to have.
func shapes[T comparable]() []any {
	return []any{
		(*T)(nil), (**T)(nil), (*[]T)(nil), (*map[string]T)(nil), []T(nil), []*T(nil), [][]T(nil),
		map[string]T(nil), map[int]T(nil), map[string]*T(nil), map[int]*T(nil), map[string][]T(nil), map[int][]T(nil),
		map[string]map[string]T(nil), []map[string]T(nil), (chan T)(nil),
		map[T]bool(nil), map[T]int(nil), map[T]string(nil), map[T]struct{}(nil), map[T][]int(nil), map[T][]string(nil),
	}
}
