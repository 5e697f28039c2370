import { ReusedRoom } from '../column/vector-room.ts';

/** What the arrays of a workspace are for: those of one purpose are never needed at the same time. */
export type Purpose =
  | 'rowids'
  | 'created'
  | 'ended'
  | 'order'
  | 'history'
  | 'column'
  | 'permuted'
  | 'ranks'
  | 'sorted'
  | 'spare';

/** The large arrays of who writes segments, which one table, one merge and one checkpoint leaves to the next. */
export class Workspace {
  private readonly rooms = new Map<Purpose, ReusedRoom>();

  room(purpose: Purpose): ReusedRoom {
    let room = this.rooms.get(purpose);
    if (room === undefined) {
      room = new ReusedRoom();
      this.rooms.set(purpose, room);
    }
    return room;
  }
  get sizeBytes(): number {
    let bytes = 0;
    for (const room of this.rooms.values()) bytes += room.sizeBytes;
    return bytes;
  }
}
