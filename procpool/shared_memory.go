package procpool

import "github.com/parago/parago/procpool/internal/share"

// A SharedMemory is bytes that processes share, known by a name. The name is one of this tree of
// processes and stands in no folder, so nothing is left of it whatever ends them. Where
// numbers are enough, an Array is simpler. Its methods are safe for concurrent use, its bytes
// are not. Python's multiprocessing.shared_memory.SharedMemory.
type SharedMemory struct{ b *share.Block }

// NewSharedMemory makes memory of size zero bytes, under a name of its own.
func NewSharedMemory(size int) (*SharedMemory, error) { return CreateSharedMemory("", size) }

// CreateSharedMemory makes memory of size bytes, all zero, under a name. If that is taken the
// error is ErrExists.
func CreateSharedMemory(name string, size int) (*SharedMemory, error) {
	return sharedMemory(share.NewBlock(this.Space, name, size))
}

// AttachSharedMemory opens memory that this or another process has made. If there is none
// of that name, or none any more, the error is ErrNotFound.
func AttachSharedMemory(name string) (*SharedMemory, error) {
	return sharedMemory(share.FindBlock(this.Space, name))
}

func sharedMemory(b *share.Block, err error) (*SharedMemory, error) {
	if err != nil {
		return nil, err
	}
	return &SharedMemory{b}, nil
}

// Name returns the name, for AttachSharedMemory.
func (m *SharedMemory) Name() string { return m.b.Name() }

// Size returns how many bytes there are.
func (m *SharedMemory) Size() int { return m.b.Size() }

// Bytes returns the memory itself: what is written to it is seen by all processes,
// without order or atomicity. It is nil after Close.
func (m *SharedMemory) Bytes() []byte { return m.b.Bytes() }

// Close ends this process's use of the memory, which others keep. Nobody may use what Bytes has
// returned after that: the process would crash. It may be called again.
func (m *SharedMemory) Close() error { return m.b.Close() }

// Unlink takes the name away. Who has the memory keeps it, and it is freed when the last of them
// has closed it or ended. Without Unlink it is there as long as the root process. It may be
// called again, and by any process.
func (m *SharedMemory) Unlink() error { return m.b.Unlink() }

// String names the memory and says how large it is: SharedMemory(psm_1, 4096 bytes).
func (m *SharedMemory) String() string { return m.b.String() }
