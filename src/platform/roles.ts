/** What this process does. All of it by default; `npm start -- --role api,scheduler,worker` picks. The app provides it. */
export class RuntimeRoles {
  constructor(
    readonly api = true,
    readonly scheduler = true,
    readonly worker = true,
  ) {}
}
