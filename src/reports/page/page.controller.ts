import { readFileSync } from 'node:fs';
import { Controller, Get, Header } from '@nestjs/common';
import { Open } from '../../accounts/index.js';

const file = (name: string): string => readFileSync(new URL(`./data/${name}`, import.meta.url), 'utf8');

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The first page, outside of `/api/v1`. It holds no data: its script asks the API, which asks who is there. */
@Controller()
export class PageController {
  private readonly html = file('index.html');
  private readonly script = file('app.js');
  private readonly style = file('app.css');

  @Get()
  @Open()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', POLICY)
  @Header('Cache-Control', 'no-cache')
  page(): string {
    return this.html;
  }

  @Get('assets/app.js')
  @Open()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  code(): string {
    return this.script;
  }

  @Get('assets/app.css')
  @Open()
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  styles(): string {
    return this.style;
  }
}
