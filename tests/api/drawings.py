"""The small processes and forms that tests of the API deploy."""

from tests.build import process
from tests.forms.build import number, source, text

APPROVAL = process("approval").user_task("approve", form="approval").end()
APPROVAL_FORM = source(
    text("comment", validate={"required": True}),
    number("amount", validate={"max": "=limit"}),
    id="approval",
)
PLAIN = process("plain").user_task("look").end()
EXTERNAL = process("external").service_task("check", topic="credit").end()
BROKEN = process("broken").script_task("sum", "1 +", result="total").end()
FORM_WITHOUT_KEY = source({"type": "textfield", "id": "Field_1"}, id="keyless")
