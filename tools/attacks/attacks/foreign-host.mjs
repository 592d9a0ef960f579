import http from 'node:http';
import { equals, judge } from '../judge.mjs';
import { unlimitedEnv } from '../unlimited-env.mjs';

const HOSTS = ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost:3000@evil.example'];
const PAGES = ['/docs', '/docs/start.js', '/confirm', '/invitation', '/transfer'];

export const attack = {
  name: 'foreign-host',
  shows: 'A page of another site cannot read local pages through DNS rebinding',
  isShort: true,
  env: unlimitedEnv,
  async run({ url, mailUrl, queueBoardUrl }) {
    const pages = [
      ...PAGES.map((page) => `${url}${page}`),
      ...['/', '/messages', '/messages/1/raw'].map((page) => `${mailUrl}${page}`),
      `${queueBoardUrl}/`,
    ];
    const requests = pages.flatMap((page) => HOSTS.map((host) => statusOf(page, host)));
    const statuses = await Promise.all(requests);
    const ownStatuses = await Promise.all(
      [`${url}/docs`, `${mailUrl}/messages`].map((page) => statusOf(page, 'localhost')),
    );
    return judge(
      `${requests.length} requests`,
      equals('pages that another host name got', statuses.filter((status) => status !== 421).length, 0),
      equals('own pages', ownStatuses.join(' '), '200 200'),
    );
  },
};

function statusOf(page, host) {
  return new Promise((resolve, reject) => {
    const onResponse = (response) => {
      response.resume();
      resolve(response.statusCode);
    };
    http.get(page, { headers: { host } }, onResponse).on('error', reject);
  });
}
