"""A mail server (aiosmtpd) that prints its port and then each message as a line of JSON."""
import email, email.policy, json, socket, time
from aiosmtpd.controller import Controller


class Printer:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({"subject": message["subject"], "id": message["message-id"], "to": envelope.rcpt_tos, "text": message.get_content()}), flush=True)
        return "250 OK"


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
controller = Controller(Printer(), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
while True:
    time.sleep(1)
