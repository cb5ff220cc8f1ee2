"""Random models in two dialects: ours (FEEL) and stock SpiffWorkflow's (Python).

Only what stock gets right is drawn: variables that exist before a fork are not changed inside it
(its joins lose updates), and neither forks nor multi-instances stand in loops (it mixes rounds).
"""

from random import Random
from typing import Any

from tests.build import Drawing, Process, each, process

#: Every kind of block, with where it may stand: "fork" inside parallel branches, "loop" in loops.
BLOCKS = {
    "user": {"fork", "loop"},
    "script": {"fork", "loop"},
    "count": {"loop"},
    "exclusive": {"fork", "loop"},
    "parallel": {"fork"},
    "inclusive": {"fork"},
    "loop": {"fork"},
    "timer": {"fork", "loop"},
    "sub": {"fork", "loop"},
    "transaction": {"fork", "loop"},
    "call": {"fork", "loop"},
    "items": {"fork"},
    "message": {"fork", "loop"},
    "race": {"fork", "loop"},
    "error": {"fork", "loop"},
    "event_sub": set(),
}
#: What only ours is right about; drawn when `stock` is None.
OWN_BLOCKS = {
    "own": {"fork", "loop"},
    "each": {"fork", "loop"},
    "called": {"fork", "loop"},
    "undone": {"fork", "loop"},
}
DEEPEST = 3


class RandomModel:
    """The model of a seed; the same choices are made for both dialects.

    `stock` None draws more than stock can do, in our dialect.
    """

    def __init__(self, seed: int, *, stock: bool | None) -> None:
        self.random = Random(seed)
        self.stock = stock
        self.kinds = BLOCKS if stock is not None else {**BLOCKS, **OWN_BLOCKS}
        self.count = 0
        self.called: list[Process] = []

    def draw(self) -> Drawing:
        """The file."""
        drawing = process().start("s")
        self._blocks(drawing, 0, "top")
        drawing.end("e")
        return drawing.together(*self.called)

    def _blocks(self, drawing: Process, depth: int, place: str, most: int = 3) -> None:
        for _ in range(self.random.randint(1, most)):
            everywhere = place == "top"
            allowed = [
                name
                for name, places in self.kinds.items()
                if (everywhere or place in places) and (depth == 0 or name != "event_sub")
            ]
            simple = depth >= DEEPEST
            name = self.random.choice(["user", "script"] if simple else allowed)
            getattr(self, f"_{name}")(drawing, depth + 1, place)

    def _id(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def _write(self, drawing: Process, variable: str, feel: str, python: str) -> None:
        name = self._id("s_")
        if self.stock:
            drawing.script_task(name, f"{variable} = {python}", language="python")
        else:
            drawing.script_task(name, feel, result=variable)

    def _when(self, drawing: Process, feel: str, python: str) -> Process:
        return drawing.when(python if self.stock else feel)

    # --- blocks: each begins at the pen and leaves the pen at its end

    def _user(self, drawing: Process, depth: int, place: str) -> None:
        drawing.user_task(self._id("u"))

    def _script(self, drawing: Process, depth: int, place: str) -> None:
        self._write(drawing, self._id("acc"), "n * 2", "n * 2")

    def _count(self, drawing: Process, depth: int, place: str) -> None:
        self._write(drawing, "n", "n + 1", "n + 1")

    def _exclusive(self, drawing: Process, depth: int, place: str) -> None:
        split, merge = self._id("g"), self._id("m")
        drawing.exclusive_gateway(split)
        self._when(drawing, "modulo(n, 2) = 0", "n % 2 == 0")
        self._blocks(drawing, depth, place, 2)
        drawing.exclusive_gateway(merge).at(split).otherwise()
        self._blocks(drawing, depth, place, 2)
        drawing.to(merge)

    def _parallel(self, drawing: Process, depth: int, place: str) -> None:
        split, join = self._id("pg"), self._id("pj")
        drawing.parallel_gateway(split)
        self._blocks(drawing, depth, "fork", 2)
        drawing.parallel_gateway(join)
        for _ in range(self.random.randint(1, 2)):
            drawing.at(split)
            self._blocks(drawing, depth, "fork", 2)
            drawing.to(join)
        drawing.at(join)

    def _inclusive(self, drawing: Process, depth: int, place: str) -> None:
        split, join = self._id("ig"), self._id("ij")
        drawing.inclusive_gateway(split)
        self._when(drawing, "modulo(n, 2) = 0", "n % 2 == 0")
        self._blocks(drawing, DEEPEST, "fork", 2)
        drawing.inclusive_gateway(join).at(split)
        self._when(drawing, "modulo(n, 3) < 2", "n % 3 < 2")
        self._blocks(drawing, DEEPEST, "fork", 2)
        drawing.to(join).at(split).otherwise()
        self._blocks(drawing, DEEPEST, "fork", 2)
        drawing.to(join)

    def _loop(self, drawing: Process, depth: int, place: str) -> None:
        merge, split, counter = self._id("lm"), self._id("lg"), self._id("k")
        self._write(drawing, counter, "0", "0")
        drawing.exclusive_gateway(merge)
        self._blocks(drawing, depth + 1, "loop" if place == "top" else "none", 2)
        self._write(drawing, counter, f"{counter} + 1", f"{counter} + 1")
        drawing.exclusive_gateway(split)
        limit = f"{counter} < {self.random.randint(2, 4)}"
        self._when(drawing, limit, limit).to(merge).at(split).otherwise()
        drawing.user_task(self._id("lu"))

    def _timer(self, drawing: Process, depth: int, place: str) -> None:
        task, event = self._id("bu"), self._id("b")
        drawing.user_task(task)
        text = '"PT9H"' if self.stock else "PT9H"
        timer = ("timeDuration", text)
        drawing.boundary(event, timer=timer, interrupting=self.random.random() < 0.5)
        drawing.end(self._id("be"))
        drawing.at(task)

    def _sub(self, drawing: Process, depth: int, place: str, kind: str = "subProcess") -> None:
        inner = process(self._id("in")).start(self._id("ss"))
        self._blocks(inner, depth + 1, place, 2)
        inner.end(self._id("se"))
        drawing.sub_process(self._id("sp"), inner, kind=kind)

    def _transaction(self, drawing: Process, depth: int, place: str) -> None:
        self._sub(drawing, depth, place, "transaction")

    def _call(self, drawing: Process, depth: int, place: str) -> None:
        called = process(self._id("called")).start(self._id("cs"))
        self._blocks(called, DEEPEST, place, 2)
        called.end(self._id("ce"))
        self.called.append(called)
        every = '<work:in all="true"/><work:out all="true"/>'
        drawing.call_activity(self._id("ca"), called.key, settings=every)

    def _items(self, drawing: Process, depth: int, place: str) -> None:
        name, out, item, one = (self._id(prefix) for prefix in ("mi", "o", "it", "oo"))
        loop = each("items", item, result=one, into=out, sequential=self.random.random() < 0.5)
        if self.stock:
            drawing.script_task(name, f"{one} = {item} * 2", language="python", loop=loop)
        else:
            drawing.script_task(name, f"{item} * 2", result=one, loop=loop)

    def _message(self, drawing: Process, depth: int, place: str) -> None:
        name = self._id("msg")
        drawing.catch(name, message=name)

    def _race(self, drawing: Process, depth: int, place: str) -> None:
        gateway, merge = self._id("eg"), self._id("em")
        first, second = self._id("msg"), self._id("msg")
        drawing.event_gateway(gateway).catch(first, message=first)
        self._blocks(drawing, DEEPEST, place, 1)
        drawing.exclusive_gateway(merge).at(gateway).catch(second, message=second).to(merge)

    def _error(self, drawing: Process, depth: int, place: str) -> None:
        # Stock gives an error to every boundary event of its code, in other branches too.
        code = self._id("E")
        inner = process(self._id("in")).start(self._id("es"))
        inner.user_task(self._id("eu")).end(self._id("ee"), error=code)
        host, merge = self._id("esp"), self._id("exm")
        drawing.sub_process(host, inner).exclusive_gateway(merge)
        drawing.at(host).boundary(self._id("eb"), error=code).user_task(self._id("eh")).to(merge)

    def _event_sub(self, drawing: Process, depth: int, place: str) -> None:
        # Stock knows those of the process itself that a message starts beside everything else, and
        # forgets what is written in them.
        name = self._id("begin")
        inner = process(self._id("in")).start(name, message=name, interrupting=False)
        for _ in range(self.random.randint(1, 2)):
            inner.user_task(self._id("eu"))
        inner.end(self._id("we"))
        drawing.event_sub_process(self._id("wsp"), inner)

    # --- blocks of ours alone

    def _own(self, drawing: Process, depth: int, place: str) -> None:
        inner = process(self._id("in")).start(self._id("os"))
        self._blocks(inner, depth + 1, place, 2)
        self._write(inner, "mine", "mine + 1", "")
        inner.user_task(self._id("ou")).end(self._id("oe"))
        drawing.sub_process(self._id("osp"), inner, scope={"mine": "=n * 3"})

    def _each(self, drawing: Process, depth: int, place: str) -> None:
        item = self._id("it")
        loop = each("items", item, sequential=self.random.random() < 0.5)
        drawing.user_task(self._id("eu"), loop=loop, scope={"twice": f"={item} * 2"})

    def _called(self, drawing: Process, depth: int, place: str) -> None:
        called = process(self._id("called")).start(self._id("cs"))
        called.script_task(self._id("s_"), "given + 1", result="found").user_task(self._id("cu"))
        called.script_task(self._id("s_"), "found + 1", result="found").end(self._id("ce"))
        self.called.append(called)
        ins, outs = {"given": "n"}, {called.key: "found"}
        drawing.call_activity(self._id("ca"), called.key, ins=ins, outs=outs)

    def _undone(self, drawing: Process, depth: int, place: str) -> None:
        task, event = self._id("cu"), self._id("cb")
        drawing.user_task(task).boundary(event, compensate=True)
        drawing.add("userTask", self._id("undo"), isForCompensation=True)
        drawing.extend(
            f'<bpmn:association id="{event}_a" sourceRef="{event}" targetRef="undo{self.count}"/>'
        )
        drawing.at(task)
        self._blocks(drawing, DEEPEST, place, 1)
        drawing.throw(self._id("tc"), compensate=task)


def plain(value: Any) -> Any:
    """A value without the difference between Decimal and int."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if hasattr(value, "to_integral_value") else value
