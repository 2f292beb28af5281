"""papermill with parameters. It writes them in the notebook's language, and has to be told how in Go."""

import json

import nbformat
import papermill
import pytest
from papermill.translators import Translator, papermill_translators

from driver import NAME

pytestmark = pytest.mark.limit(60)


class GoTranslator(Translator):
    """What a user adds to have papermill's -p in Go; `parago run -p` does without."""

    @classmethod
    def translate_escaped_str(cls, value):
        return json.dumps(str(value))

    @classmethod
    def translate_none(cls, value):
        return "nil"

    @classmethod
    def comment(cls, text):
        return f"// {text}".strip()

    @classmethod
    def assign(cls, name, value):
        return f"{name} = {value}"


def test_parameters_reach_the_notebook(tmp_path):
    papermill_translators.register("go", GoTranslator)
    cells = [
        nbformat.v4.new_code_cell('count := 1\nname := "nobody"\nfast := false', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell('fmt.Println(name, "has", count, fast)'),
    ]
    kernelspec = {"name": NAME, "display_name": "Go", "language": "go"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), tmp_path / "in.ipynb")
    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"),
        str(tmp_path / "out.ipynb"),
        parameters={"count": 12, "name": 'Ann "A"', "fast": True},
        progress_bar=False,
    )
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == 'Ann "A" has 12 true\n'


def test_a_failing_cell_is_an_error(tmp_path):
    cells = [nbformat.v4.new_code_cell('panic("boom")'), nbformat.v4.new_code_cell('fmt.Println("not reached")')]
    kernelspec = {"name": NAME, "display_name": "Go", "language": "go"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), tmp_path / "in.ipynb")
    with pytest.raises(papermill.PapermillExecutionError, match="boom"):
        papermill.execute_notebook(str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), progress_bar=False)
    assert not nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[-1].outputs
