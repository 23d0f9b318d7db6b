import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestTimedOut } from '../errors/catalogue/request.js';
import { tooMuchUnderWay } from '../errors/catalogue/throttling.js';
import type { GraphError } from '../errors/graph-error.js';
import { batchOfRequest } from './parameters.js';
import { LRUCache } from 'lru-cache';

/** What may be under way at the same moment; beyond it a request is refused before anything of it is done. */
interface Bound {
  readonly requests: number;
  /** Of bodies and answers together. */
  readonly bytes: number;
}

/**
 * Of one application in a tenant, or of one address that has shown no token. Production lets 25 requests of an application
 * into a connection at the same moment, and a body has four megabytes at most: as many bytes fit.
 */
export const MOST_REQUESTS = 1_000;
const OF_ONE: Bound = { requests: MOST_REQUESTS, bytes: 100_000_000 };
/** Of all applications, and once more of all addresses without a token. */
const OF_ALL: Bound = { requests: 4_000, bytes: 200_000_000 };

/**
 * So many places has one caller among the requests that are worked on; the others wait, with their bodies read and not yet
 * parsed, since what is parsed may take twenty times as much memory. A request needs a place for each 64 kB of its body, or
 * of what its caller's route has answered lately, and so one that carries four megabytes is worked on alone.
 */
const PLACES_OF_ONE = 64;
const PLACES_OF_ALL = 4 * PLACES_OF_ONE;
const BYTES_OF_PLACE = 65_536;
/** For so many of its places, a request leaves the next turn of the event loop to others. */
const PLACES_OF_TURN = 4;

/** Of a route of which nothing is known yet, three are worked on at once; each small answer lets twice as many in. */
const UNKNOWN_ANSWER = 1_000_000;

/** How many routes of callers are remembered with what they answer. */
const MOST_ROUTES = 10_000;

/** Node.js keeps a text in the heap until it is sent; the bytes of one that is larger are outside, and were counted. */
const LARGE_TEXT = 65_536;

/** What there is no room for. */
export type Lacking = keyof Bound;

/** What is under way, of one caller or of all. */
class Account {
  requests = 0;
  bytes = 0;

  readonly places: Semaphore;

  constructor(
    private readonly bound: Bound,
    places: number,
    readonly all?: Account,
  ) {
    this.places = new Semaphore(places);
  }

  /** What there is no room for. */
  lacks(requests: number, bytes: number): Lacking | undefined {
    if (this.requests + requests > this.bound.requests) return 'requests';
    if (this.bytes + bytes > this.bound.bytes) return 'bytes';
    return this.all?.lacks(requests, bytes);
  }

  add(requests: number, bytes: number): void {
    this.requests += requests;
    this.bytes += bytes;
    this.all?.add(requests, bytes);
  }
}

/** Of one application in a tenant, or of one address. It is forgotten when nothing of it is under way. */
class Caller extends Account {
  constructor(
    readonly key: string,
    override readonly all: Account,
  ) {
    super(OF_ONE, PLACES_OF_ONE, all);
  }
}

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

type Leave = () => void;

/** Takes as many places as some bytes need, one semaphore after the other. */
async function taken(semaphores: readonly Semaphore[], bytes: number): Promise<Leave> {
  const places = Math.min(PLACES_OF_ONE, 1 + Math.floor(bytes / BYTES_OF_PLACE));
  const releases: Leave[] = [];
  for (const semaphore of semaphores) releases.push((await semaphore.acquire(places))[1]);
  return () => void left(releases, Math.floor(places / PLACES_OF_TURN));
}

/** After what took long, others have their turns before its caller goes on; nobody waits where there are no others. */
async function left(releases: readonly Leave[], turns: number): Promise<void> {
  for (let count = 0; count < turns; count++) await turn();
  for (const release of releases) release();
}

/** A request on a connection of its own, with all that is in it where it is a batch. */
class Ticket implements Share {
  /** Of the requests of a batch, which are worked on in the place of the batch. */
  readonly places = new Semaphore(PLACES_OF_ONE);
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
    // Its own first: whoever waits for those holds up nobody else.
    this.leave = await taken([places, all.places], this.expected(this.route, bytes));
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
    this.leave = await taken([this.whole.places], this.whole.expected(this.route, bytes));
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
  private readonly known = new Account(OF_ALL, PLACES_OF_ALL);
  private readonly strangers = new Account(OF_ALL, PLACES_OF_ALL);
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
