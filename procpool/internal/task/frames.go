package task

// The kinds of frames. Those of a child to its parent follow those of a parent.
const (
	FrameRole     = iota + 1 // who the child is
	FrameUnit                // a unit to load; ID is its version
	FrameDefine              // a function; ID is its number
	FrameTask                // ID is its number: function, arguments
	FrameReply               // to the child's call ID
	FrameLarge               // a task in shared memory
	FrameQuit                // end when what came before is done
	FrameLogLevel            // what records to send
	FrameLesson              // an entry that may be needed soon
	FrameContent             // of the next unit, a variable's; ID is its version
	FrameCollect             // find dropped handles: there is no memory for new ones

	FrameResult      // of task ID
	FrameSkipped     // so many tasks from ID on were taken back
	FrameCall        // call ID of the parent's broker
	FrameHello       // the process is up
	FrameLargeResult // a result in shared memory
	FrameTimes       // when task ID ran, before its result
	FrameLimited     // the limits of the role are set
	FrameLog         // a record
	FrameResults     // values of tasks from ID on, in a block
)
