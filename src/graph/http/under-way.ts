import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { requestTimedOut } from '../errors/catalogue/request.js';
import { tooMuchUnderWay } from '../errors/catalogue/throttling.js';
import type { GraphError } from '../errors/graph-error.js';
import { Account, type Bound, Caller, type Lacking, type Leave, OF_ONE, Places } from './account.js';
import { batchOfRequest } from './parameters.js';

/** Of a route of which nothing is known yet, three are worked on at once; each small answer lets twice as many in. */
const UNKNOWN_ANSWER = 1_000_000;

/** How many routes of callers are remembered with what they answer. */
const MOST_ROUTES = 10_000;

/** Node.js keeps a text in the heap until it is sent; the bytes of one that is larger are outside, and were counted. */
const LARGE_TEXT = 65_536;

/** What a request has under way. Of a batch, it is that of the batch. */
interface Share {
  /** It is worked on no more. */
  worked(bytesOfAnswer: number): void;
  /** More bytes of its body are read, or are about to be. @throws tooMuchUnderWay */
  read(bytes: number): void;
  /** Waits until it may be worked on, which it is until it is answered. @throws requestTimedOut where its client has left */
  enter(bytes: number): Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where nobody counts: for health and metrics. */
    underWay?: Share;
  }
}

/** A request on a connection of its own, with all that is in it where it is a batch. */
class Ticket implements Share {
  /** Of the requests of a batch, which are worked on in the place of the batch. */
  readonly places = new Places();
  private bytes = 0;
  private isClosed = false;
  private isAnswered = false;
  private leave: Leave | undefined;
  ended: () => void = () => undefined;

  constructor(
    private readonly underWay: UnderWay,
    private caller: Caller,
    private readonly route: string,
  ) {
    caller.add(1, 0);
  }

  read(bytes: number): void {
    this.underWay.admit(this.caller, 0, bytes);
    this.count(bytes);
  }

  async enter(bytes: number): Promise<void> {
    const { places, all } = this.caller;
    this.leave = await Places.take([places, all.places], this.expected(this.route, bytes));
    if (this.isClosed) throw requestTimedOut();
  }

  /** About how many bytes a request to a route carries, this way or that. */
  expected(route: string, bytes: number): number {
    return Math.max(bytes, this.underWay.expected(this.caller.key, route));
  }

  belongTo(caller: Caller): void {
    this.caller.add(-1, -this.bytes);
    this.underWay.forget(this.caller);
    this.caller = caller;
    caller.add(1, this.bytes);
  }

  lacks(bytes: number): Lacking | undefined {
    return this.caller.lacks(0, bytes);
  }

  count(bytes: number): void {
    this.bytes += bytes;
    this.caller.add(0, bytes);
  }

  /** Nobody needs its body any more either. */
  worked(bytesOfAnswer: number): void {
    this.leave?.();
    this.learn(this.route, bytesOfAnswer);
    this.count(-this.bytes);
  }

  learn(route: string, bytesOfAnswer: number): void {
    this.underWay.learn(this.caller.key, route, bytesOfAnswer);
  }

  answered(): void {
    this.isAnswered = true;
    if (this.isClosed) this.end();
  }

  /** What was not answered is worked on nevertheless. */
  closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.isAnswered) this.end();
  }

  private end(): void {
    this.ended();
    this.caller.add(-1, -this.bytes);
    this.underWay.forget(this.caller);
  }
}

/** A request of a batch: what it has under way is the batch's. */
class Part implements Share {
  private leave: Leave | undefined;

  constructor(
    readonly whole: Ticket,
    private readonly route: string,
  ) {}

  read(bytes: number): void {
    this.whole.read(bytes);
  }

  async enter(bytes: number): Promise<void> {
    this.leave = await Places.take([this.whole.places], this.whole.expected(this.route, bytes));
  }

  worked(bytesOfAnswer: number): void {
    this.leave?.();
    this.whole.learn(this.route, bytesOfAnswer);
  }
}

/**
 * Bounds what one caller, and all of them, have under way: requests, the bytes of their bodies and answers, and how many are
 * worked on. Who has more is refused with a 429; nobody else notices.
 */
@Injectable()
export class UnderWay {
  /** How many requests were refused, by what there was no room for. */
  readonly refused: Record<Lacking, number> = { requests: 0, bytes: 0 };
  private readonly known = new Account();
  private readonly strangers = new Account();
  private readonly callers = new Map<string, Caller>();
  private readonly answers = new LRUCache<string, number>({ max: MOST_ROUTES });
  private readonly sockets = new WeakMap<Socket, Set<Ticket>>();

  /** A request begins, of somebody who has shown no token yet. @throws tooMuchUnderWay */
  begin(request: FastifyRequest, reply: FastifyReply): void {
    if (!(request.raw instanceof IncomingMessage)) {
      const whole = batchOfRequest.getStore()?.underWay;
      if (whole instanceof Ticket) request.underWay = new Part(whole, routeOf(request));
      return;
    }
    const caller = this.callerOf(`address ${request.ip}`, this.strangers);
    this.admit(caller, 1, 0);
    const ticket = new Ticket(this, caller, routeOf(request));
    request.underWay = ticket;
    reply.raw.once('close', () => ticket.closed());
    this.closeWith(request.raw.socket, ticket);
  }

  /** Its token says whose the request is. @throws tooMuchUnderWay */
  belongs({ underWay: ticket }: FastifyRequest, key: string): void {
    if (!(ticket instanceof Ticket)) return;
    const caller = this.callerOf(key, this.known);
    this.admit(caller, 1, 0);
    ticket.belongTo(caller);
  }

  /**
   * An answer is to be sent, or the error that takes its place: what changed nothing is refused where its answer has no room,
   * and what was written is answered as it was.
   */
  answer({ underWay, method }: FastifyRequest, status: number, payload: unknown): unknown {
    const bytes = lengthOf(payload);
    const ticket = underWay instanceof Part ? underWay.whole : underWay;
    if (!(ticket instanceof Ticket)) return payload;
    underWay!.worked(bytes);
    const lacking = method === 'GET' && status < 400 ? ticket.lacks(bytes) : undefined;
    if (lacking === undefined) ticket.count(bytes);
    if (ticket === underWay) ticket.answered();
    if (lacking !== undefined) return this.refusal(lacking);
    return typeof payload === 'string' && bytes > LARGE_TEXT ? Buffer.from(payload) : payload;
  }

  /** How many requests are under way, and how many bytes they have. */
  get now(): Bound {
    return {
      requests: this.known.requests + this.strangers.requests,
      bytes: this.known.bytes + this.strangers.bytes,
    };
  }

  /** @throws tooMuchUnderWay */
  admit(caller: Caller, requests: number, bytes: number): void {
    const lacking = caller.lacks(requests, bytes);
    if (lacking === undefined) return;
    this.forget(caller);
    throw this.refusal(lacking);
  }

  /** About how many bytes a route answers its caller. */
  expected(key: string, route: string): number {
    return this.answers.get(`${key} ${route}`) ?? UNKNOWN_ANSWER;
  }

  learn(key: string, route: string, bytes: number): void {
    this.answers.set(`${key} ${route}`, Math.max(bytes, this.expected(key, route) / 2));
  }

  forget(caller: Caller): void {
    if (caller.requests === 0) this.callers.delete(caller.key);
  }

  /**
   * Node.js says of an answer that waits behind another on its connection neither that it is sent nor, when the connection
   * ends, that it never will be.
   */
  private closeWith(socket: Socket, ticket: Ticket): void {
    let tickets = this.sockets.get(socket);
    if (tickets === undefined) {
      const own = new Set<Ticket>();
      this.sockets.set(socket, (tickets = own));
      socket.once('close', () => {
        for (const waiting of own) waiting.closed();
      });
    }
    tickets.add(ticket);
    ticket.ended = () => tickets.delete(ticket);
  }

  private refusal(lacking: Lacking): GraphError {
    this.refused[lacking]++;
    return tooMuchUnderWay(lacking, OF_ONE[lacking]);
  }

  private callerOf(key: string, all: Account): Caller {
    let caller = this.callers.get(key);
    if (caller === undefined) this.callers.set(key, (caller = new Caller(key, all)));
    return caller;
  }
}

const routeOf = ({ method, routeOptions: { url = '' } }: FastifyRequest): string => `${method} ${url}`;

/** The bytes of what a reply sends; of a file, which is sent piece by piece, none. */
function lengthOf(payload: unknown): number {
  if (typeof payload === 'string') return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.byteLength : 0;
}
