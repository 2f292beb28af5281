"""What is seen of parallel work: progress, groups of output, timelines and %procs, as nbclient keeps them."""

import pytest

pytestmark = pytest.mark.limit(60)

SLOW = "func slow(n int) int { time.Sleep(10 * time.Millisecond); if n%25 == 3 { panic(\"bad\") }; fmt.Println(\"did\", n); return n }"
MAP = "xs := make([]int, 100)\nfor i := range xs { xs[i] = i }\npool := procpool.NewPool(2)\n"


def displays(request):
    """By display id, in order: what display_data and each update_display_data have said."""
    found = {}
    for m in request.messages:
        if m["msg_type"] in ("display_data", "update_display_data"):
            found.setdefault(m["content"]["transient"]["display_id"], []).append(m)
    return found


def only(request):
    """The states of the only display: made once, then updated."""
    found = displays(request)
    assert len(found) == 1, list(found)
    (states,) = found.values()
    assert [m["msg_type"] for m in states] == ["display_data"] + ["update_display_data"] * (len(states) - 1)
    return states


def text(message):
    return message["content"]["data"]["text/plain"]


def test_h14_one_display_goes_to_100(kernel):
    kernel.run(SLOW).ok()
    request = kernel.run(MAP + "_, err := procpool.Map(pool, slow, xs, procpool.Progress(), procpool.Output(procpool.Discarded)); err != nil").ok()
    states = only(request)
    assert "0/100" in text(states[0])
    assert "100/100" in text(states[-1]) and "4 failed" in text(states[-1])
    done = [int(text(s).split("/100")[0].split()[-1]) for s in states]
    assert done == sorted(done) and len(set(done)) > 2, done
    span = states[-1]["arrived"] - states[0]["arrived"]
    assert len(states) <= span / 0.1 + 3, f"{len(states)} states in {span} s"
    for s in states:
        html = s["content"]["data"]["text/html"]
        assert "<script" not in html and "http" not in html, html
    assert "PoolWorker-1" in states[-1]["content"]["data"]["text/html"]


def test_h14_the_final_state_is_before_the_result(kernel):
    request = kernel.run('procpool.Map(nil, func(n int) int { return n }, []int{1, 2}, procpool.Progress()); fmt.Println("after")').ok()
    kinds = [(m["msg_type"], "2/2" in str(m["content"])) for m in request.messages]
    final = max(i for i, k in enumerate(kinds) if k[1] and "display" in k[0])
    assert final < next(i for i, m in enumerate(request.messages) if m["msg_type"] == "stream")


def test_h14_nbclient_keeps_the_final_state(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    from driver import NAME

    cells = [SLOW, MAP + "_, err := procpool.Map(pool, slow, xs, procpool.Progress(), procpool.Output(procpool.Grouped)); err != nil"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(notebook, timeout=50, kernel_name=NAME, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = notebook.cells[1].outputs
    shown = [o["data"]["text/plain"] for o in outputs if o["output_type"] == "display_data"]
    assert "100/100" in shown[0] and sum("/100" in s for s in shown) == 1, shown
    groups = [s for s in shown if s.startswith("── PoolWorker-")]
    printed = sorted(int(line.split()[1]) for g in groups for line in g.splitlines() if line.startswith("did "))
    assert printed == [n for n in range(100) if n % 25 != 3]
    assert not [o for o in outputs if o["output_type"] == "stream" and "did" in o["text"]]
    nbformat.validate(notebook)


def test_progress_belongs_to_the_cell_that_made_the_call(kernel):
    kernel.run("pool := procpool.NewPool(1)\nq := procpool.NewQueue[int](0)").ok()
    first = kernel.run("f := procpool.Submit(pool, func(n int) int { v, _ := q.Get(); return n + v }, 1, procpool.Progress())").ok()
    second = kernel.run("q.Put(1); fmt.Println(f.Get())").ok()
    kernel.until(lambda: "1/1" in text(only(first)[-1]), timeout=10)
    assert not displays(second) and second.stdout == "2 <nil>\n"


def test_an_interrupted_cell_says_so_in_its_progress(kernel):
    kernel.run("pool := procpool.NewPool(1)").ok()
    request = kernel.start('procpool.ForEach(pool, func(int) { fmt.Println("runs"); time.Sleep(time.Minute) }, []int{1, 2}, procpool.Progress())')
    kernel.printed(request, "runs")
    kernel.interrupt()
    kernel.wait(request, 10)
    kernel.until(lambda: "canceled" in text(only(request)[-1]), timeout=5)
    assert "0/2" in text(only(request)[-1])


def test_procs_shows_what_there_is_while_tasks_run(kernel):
    kernel.run("pool := procpool.NewPool(2)\nq := procpool.NewQueue[int](0)").ok()
    kernel.run("f := procpool.Submit(pool, func(n int) int { v, _ := q.Get(); return n + v }, 1)").ok()
    kernel.run('p := procpool.NewProcess(func() { fmt.Println("up"); time.Sleep(time.Minute) }); p.Start()').ok()

    def seen():
        (message,) = kernel.run("%procs").ok().of_type("display_data")
        return message["content"]["data"]

    while "busy" not in seen()["text/plain"]:  # until the task has begun
        pass
    shown = seen()
    for words in ("Pools", "PoolWorker-", "Process-", "running", "queue 1"):
        assert words in shown["text/plain"], shown["text/plain"]
    assert "<table" in shown["text/html"]
    kernel.run("q.Put(1); f.Get(); p.Kill(); p.Join()").ok()
    assert "-9" in seen()["text/plain"]


def test_a_timeline_is_shown_as_a_picture(kernel):
    kernel.run("var line procpool.Timeline\nprocpool.Map(nil, func(n int) int { return n }, []int{1, 2}, procpool.Trace(&line))").ok()
    for source in ("line", "&line"):
        (message,) = kernel.run(source).ok().of_type("execute_result")
        data = message["content"]["data"]
        assert data["image/svg+xml"].startswith("<svg") and "2 tasks" in data["text/plain"], data
    (message,) = kernel.run("display.Show(&line)").ok().of_type("display_data")
    assert "<svg" in message["content"]["data"]["text/html"]
