package task

// A Kept is the handles in a message, for as long as it may have to be decoded.
type Kept []any

// Add keeps one more handle.
func (k *Kept) Add(h any) { *k = append(*k, h) }

// Numbers are those of what the handles stand for.
func (k Kept) Numbers() (all []byte) {
	for _, h := range k {
		if h, ok := h.(interface{ Numbered([]byte) []byte }); ok {
			all = h.Numbered(all)
		}
	}
	return all
}
