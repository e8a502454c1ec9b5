import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { hashPassword } from '../../src/security/password.js';
import { appWith } from './app.js';

const hash = await hashPassword('long enough');

describe('A request of the page that has no credential', () => {
  const app = appWith({ basicUsers: [{ name: 'ann', hash }] });

  it('is offered no Basic, which would make the browser ask for a password', async () => {
    const answer = await request(app).get('/odata/').set('X-Requested-With', 'discovery-feed-page');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^X-Basic realm=/);
  });

  it('is let in with Basic all the same', async () => {
    const answer = await request(app)
      .get('/odata/')
      .set('X-Requested-With', 'discovery-feed-page')
      .auth('ann', 'long enough');
    expect(answer.status).toBe(200);
  });

  it('is the only one: everybody else is offered Basic', async () => {
    const answer = await request(app).get('/odata/');
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
  });
});
